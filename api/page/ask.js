// The page to ask from. `next` is the whole state machine; `paint…` only shows it;
// `request` is the one door to the network.

/**
 * @typedef {{ number: number, report_id: string, report_title: string, body: string | null,
 *   cycle: string | null, section: string[], page: number | null, start: number, end: number,
 *   quote: string, note: string | null, url: string | null }} Citation
 * @typedef {{ text: string, citations: number[], kind: string }} Sentence
 * @typedef {{ status: string, reason: string | null, sentences: Sentence[], citations: Citation[],
 *   coverage: { in_scope: number, searched: number, cited: number }, warnings: string[],
 *   degraded: string | null,
 *   scope: { bodies: string[], cycles: string[], reports: string[], stated: string[] } }} Answer
 * @typedef {{ report_id: string, title: string, bodies: string[], cycle: string | null,
 *   published: string | null, updated: string | null, invented: boolean,
 *   judgements: number, actions: number }} Card
 * @typedef {{ phase: 'idle' | 'waiting' | 'answered' | 'failed', asked: string[],
 *   answer: Answer | null, problem: string | null }} State
 */

/** @type {State} */
export const START = { phase: 'idle', asked: [], answer: null, problem: null }

const MOST_HISTORY = 20

const NOTES = {
  carried_over: 'A judgement carried over from an earlier inspection.',
  previous_inspection: 'About an earlier inspection.',
  superseded_report: 'From a report that a later one has replaced.'
}

/** @param {State} state @param {{ event: string, data?: any }} message @returns {State} */
export function next (state, { event, data }) {
  switch (event) {
    case 'asked': return { ...state, phase: 'waiting', asked: [...state.asked, data], answer: null, problem: null }
    case 'answered': return { ...state, phase: 'answered', answer: data }
    // A question that failed is not part of the conversation that later ones lean on.
    case 'failed': return { ...state, phase: 'failed', asked: state.asked.slice(0, -1), problem: data }
    case 'started again': return START
    default: return state
  }
}

/** @param {string} path @param {object} [body] @returns {Promise<any>} */
export async function request (path, body) {
  const options = body && {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body)
  }
  const response = await fetch(path, options)
  const value = await response.json().catch(() => null)
  if (!response.ok || value === null) throw new Error(wordsOf(value))
  return value
}

/** What a problem (RFC 9457) says to a person. @param {any} problem @returns {string} */
export function wordsOf (problem) {
  if (problem?.errors?.length) {
    return problem.errors.map(({ detail, pointer }) => {
      const field = pointer?.split('/')[1]
      return field ? `${detail} (${field}).` : `${detail}.`
    }).join(' ')
  }
  return problem?.detail ?? problem?.title ?? 'The server did not answer as it should.'
}

/** The earlier questions that the server takes. @param {string[]} asked */
export const historyOf = asked => asked.slice(-MOST_HISTORY)

/** @param {string} tag @param {Record<string, any>} [fields] @param {...(Node | string)} children */
export function make (tag, fields = {}, ...children) {
  const element = Object.assign(document.createElement(tag), fields)
  element.append(...children)
  return element
}

/** @param {Citation} citation */
export const readerLink = citation =>
  `/reports/${encodeURIComponent(citation.report_id)}#${citation.start}-${citation.end}`

const LIBRARY = { /** @type {Map<string, Card>} */ cards: new Map() }

/** @param {string} id */
const at = id => /** @type {any} */ (document.getElementById(id))

const inventedTag = () => make('span', { className: 'tag', textContent: 'invented sample' })

/** @param {Citation} citation @param {string} id */
function paintSource (citation, id) {
  const title = [citation.body ?? citation.report_title, citation.cycle].filter(Boolean).join(', ')
  const heading = citation.section.at(-1)
  const summary = make('summary', {}, `[${citation.number}] ${title}${heading ? `: ${heading}` : ''} `)
  if (LIBRARY.cards.get(citation.report_id)?.invented) summary.append(inventedTag())
  const where = [citation.report_title, ...citation.section]
  if (citation.page) where.push(`page ${citation.page}`)
  const details = make('details', { id }, summary,
    make('blockquote', { textContent: citation.quote }),
    make('p', { className: 'where', textContent: where.join(' › ') }))
  if (citation.note) details.append(make('p', { className: 'warning', textContent: NOTES[citation.note] ?? citation.note }))
  const links = make('p', {}, make('a', { href: readerLink(citation), textContent: 'Read it in the report' }))
  if (citation.url?.startsWith('https://')) links.append(' or ', make('a', { href: citation.url, rel: 'noreferrer', textContent: 'on the publisher’s page' }))
  details.append(links)
  return make('li', {}, details)
}

/**
 * Where a quote stands, in words: whose report, of when, and under which headings.
 * @param {Citation} citation
 */
function placeOf ({ body, cycle, report_title: title, section }) {
  const report = body ? [body, cycle].filter(Boolean).join(' ') : title
  const headings = section.filter(heading => heading !== title).slice(-2).join(' › ')
  return [report, headings].filter(Boolean).join(', ')
}

/**
 * The sentences of an answer, those of one place that follow each other together.
 * `text` says the same, but a quote may have lines and markers of its own.
 * @param {Answer} answer
 */
export function placesOf ({ sentences, citations }) {
  const byNumber = new Map(citations.map(citation => [citation.number, citation]))
  /** @type {{ place: string, sentences: Sentence[] }[]} */
  const places = []
  for (const sentence of sentences) {
    const first = byNumber.get(sentence.citations[0])
    const place = first ? placeOf(first) : ''
    if (places.at(-1)?.place !== place) places.push({ place, sentences: [] })
    places.at(-1)?.sentences.push(sentence)
  }
  return places
}

/** @param {Answer} answer @param {number} turn */
function paintText (answer, turn) {
  return make('div', { className: 'answer' }, ...placesOf(answer).map(({ place, sentences }) =>
    make('div', {}, make('p', { className: 'from', textContent: place }),
      ...sentences.map(sentence => paintSentence(sentence, turn)))))
}

/** @param {Sentence} sentence @param {number} turn */
function paintSentence ({ text, citations }, turn) {
  return make('p', {}, text, ...citations.flatMap(number => {
    const button = make('button', { type: 'button', className: 'cite', textContent: `[${number}]` })
    button.setAttribute('aria-label', `Show source ${number}`)
    button.addEventListener('click', () => showSource(`source-${turn}-${number}`))
    return [' ', button]
  }))
}

/** @param {string} id */
function showSource (id) {
  const details = at(id)
  details.open = true
  details.querySelector('summary').focus()
}

/** @param {Answer} answer */
function coverageLine ({ coverage, scope }) {
  const about = [...scope.bodies, ...scope.cycles, ...scope.reports].join(', ')
  const reports = coverage.in_scope === 1 ? 'report' : 'reports'
  const line = `${coverage.in_scope} ${reports} in scope, ${coverage.searched} searched, ${coverage.cited} cited.`
  return about ? `About: ${about}. ${line}` : line
}

/** @param {string} question @param {Answer} answer @param {number} turn */
function paintTurn (question, answer, turn) {
  const article = make('article', { className: 'turn' }, make('h2', { textContent: question, tabIndex: -1 }))
  if (answer.sentences.length) article.append(paintText(answer, turn))
  if (answer.reason) article.append(make('p', { className: 'inset', textContent: answer.reason }))
  for (const warning of answer.warnings) article.append(make('p', { className: 'warning', textContent: warning }))
  if (answer.degraded) article.append(make('p', { className: 'warning', textContent: answer.degraded }))
  if (answer.citations.length) {
    article.append(make('h3', { textContent: 'Sources' }), make('ol', { className: 'sources' },
      ...answer.citations.map(citation => paintSource(citation, `source-${turn}-${citation.number}`))))
  }
  article.append(make('p', { className: 'fine', textContent: coverageLine(answer) }))
  return article
}

/** @param {Card} card */
function paintCard (card) {
  const line = [card.bodies.join(', '), card.cycle, `${card.judgements} judgements`, `${card.actions} actions`]
  const item = make('li', {}, make('a', { href: `/reports/${encodeURIComponent(card.report_id)}`, textContent: card.title }), ' ')
  if (card.invented) item.append(inventedTag())
  item.append(make('span', { className: 'fine', textContent: line.filter(Boolean).join(' · ') }))
  return item
}

/** @param {Card[]} cards */
function examplesFor (cards) {
  const bodies = [...new Set(cards.flatMap(card => card.bodies.slice(0, 1)))]
  if (!bodies.length) return []
  const [first, second] = bodies
  const asked = [
    `What did the inspectors say about supervision in ${first}?`,
    `What must ${first} improve?`,
    `What grade was ${first} given for investigating crime?`
  ]
  return second ? [...asked, `Compare ${first} and ${second} on body-worn video`] : asked
}

/** @param {string} id @param {(string | null)[]} values */
function fillSelect (id, values) {
  const known = [...new Set(values.filter(Boolean))].sort()
  at(id).append(...known.map(value => make('option', { value, textContent: value })))
}

/** @param {Card[]} cards */
function paintLibrary (cards) {
  LIBRARY.cards = new Map(cards.map(card => [card.report_id, card]))
  at('library-note').textContent = cards.length === 1 ? 'One report.' : `${cards.length} reports.`
  at('library-list').replaceChildren(...cards.map(paintCard))
  at('sample-note').hidden = !cards.some(card => card.invented)
  fillSelect('body', cards.flatMap(card => card.bodies))
  fillSelect('cycle', cards.map(card => card.cycle))
  at('example-list').replaceChildren(...examplesFor(cards).map(text => {
    const button = make('button', { type: 'button', className: 'as-link', textContent: text })
    button.addEventListener('click', () => { at('question').value = text; at('ask-form').requestSubmit() })
    return make('li', {}, button)
  }))
}

/** @param {State} state */
function paint (state) {
  const waiting = state.phase === 'waiting'
  at('ask-form').querySelector('.primary').disabled = waiting
  at('state').textContent = waiting ? 'Reading the reports.' : ''
  at('question-error').hidden = !state.problem
  at('question-error').textContent = state.problem ?? ''
  at('start-again').hidden = !state.asked.length
  at('question-label').textContent = state.asked.length ? 'Ask a follow-up' : 'Your question'
  if (!state.asked.length) at('turns').replaceChildren()
  at('examples').hidden = state.asked.length > 0 || !at('example-list').children.length
}

/** @param {string} name */
const chosen = name => at(name).value ? [at(name).value] : []

function open () {
  let state = START
  const move = (/** @type {{ event: string, data?: any }} */ message) => { state = next(state, message); paint(state) }

  at('ask-form').addEventListener('submit', async (/** @type {Event} */ event) => {
    event.preventDefault()
    if (state.phase === 'waiting') return
    const question = at('question').value.trim()
    if (!question) { paint({ ...state, problem: 'Enter a question' }); at('question').focus(); return }
    const history = historyOf(state.asked)
    move({ event: 'asked', data: question })
    try {
      const scope = { bodies: chosen('body'), cycles: chosen('cycle') }
      const answer = await request('/v1/answers', { question, history, scope })
      move({ event: 'answered', data: answer })
      const turn = paintTurn(question, answer, state.asked.length)
      at('turns').append(turn)
      at('question').value = ''
      turn.querySelector('h2').focus()
    } catch (error) {
      move({ event: 'failed', data: `${/** @type {Error} */ (error).message} Your question is still here.` })
    }
  })

  at('question').addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) { event.preventDefault(); at('ask-form').requestSubmit() }
  })
  at('start-again').addEventListener('click', () => { move({ event: 'started again' }); at('question').focus() })
  request('/v1/reports')
    .then(({ reports }) => { paintLibrary(reports); paint(state) }, error => { at('library-note').textContent = error.message })
    .then(() => {
      // A link to /?question=… asks it, so that an answer can be shared.
      const shared = new URLSearchParams(location.search).get('question')
      if (shared) { at('question').value = shared; at('ask-form').requestSubmit() }
    })
}

if (typeof document !== 'undefined') open()
