// One question and what came of it, as elements. What is open and what has the focus
// stays so when a turn is painted again while its answer comes in.

import { blocksOf, coverageLine, headingsOf, placesOf, reportOf } from './answer.js'
import { make, press, rove, unseen } from './dom.js'
import { paintFeedback } from './feedback.js'
import { paintProblem } from './problem.js'
import { paintQuote, readIt, sampleTag } from './quote.js'
import { say } from './strings.js'

/**
 * @typedef {import('./state.js').Turn} Turn
 * @typedef {import('./answer.js').Answer} Answer
 * @typedef {import('./answer.js').Citation} Citation
 * @typedef {import('./answer.js').Sentence} Sentence
 * @typedef {import('./answer.js').Passage} Passage
 * @typedef {import('./quote.js').Setting & { suggestions: () => string[], titleOf: (reportId: string) => string,
 *   ask: (question: string) => void, widen: (question: string) => void, copy: (turn: Turn) => void,
 *   judge: (turn: Turn, judgement: { verdict: string, wrong_citations?: number[], comment?: string }) => Promise<string | null> }} Doing
 */

/** @param {Turn} turn @param {Doing} doing */
export function paintTurn (turn, doing) {
  const { answer } = turn
  const sentences = answer?.sentences ?? turn.sentences
  const citations = answer?.citations ?? turn.citations
  return make('article', { className: 'turn', id: `turn-${turn.id}`, 'aria-labelledby': `asked-${turn.id}` },
    make('h2', { id: `asked-${turn.id}`, className: 'asked', tabIndex: -1 }, turn.question),
    ...(answer ? [...paintStatus(answer), ...paintWarnings(answer)] : []),
    sentences.length ? paintSentences(turn, sentences, citations, doing) : null,
    turn.phase === 'waiting' ? paintWaiting(turn) : null,
    ...(answer ? paintRest(turn, answer, doing) : []),
    ...paintUnfinished(turn, doing))
}

/** @param {Turn} turn */
function paintWaiting ({ read }) {
  return make('p', { className: 'waiting' }, read ? say('reading.passages', { n: read }) : say('reading'))
}

/** @param {Answer} answer */
function paintStatus ({ status, reason }) {
  if (status === 'answered' && !reason) return []
  const title = status === 'answered' ? null : make('strong', {}, say(`status.${status}`))
  return [make('div', { className: 'inset' }, make('p', {}, title, title && make('br'), reason ?? ''))]
}

/** Before the sentences, which are to be read with them in mind. @param {Answer} answer */
const paintWarnings = ({ warnings, degraded }) => [...warnings, degraded].flatMap(line =>
  line ? [make('p', { className: 'warning caution' }, line)] : [])

/** @param {Turn} turn @param {Sentence[]} sentences @param {Citation[]} citations @param {Doing} doing */
function paintSentences (turn, sentences, citations, doing) {
  const numbered = new Map(citations.map(citation => [citation.number, citation]))
  const shown = new Set()
  const tagged = new Set()
  /** One tag a report is enough. @param {string | null} report */
  const tag = report => {
    if (!report || tagged.has(report) || !doing.invented(report)) return null
    tagged.add(report)
    return sampleTag()
  }
  return make('div', { className: 'answer' }, ...placesOf(sentences, citations).map(({ place, report, sentences }) =>
    make('section', {},
      place ? make('p', { className: 'from' }, place, ' ', tag(report)) : null,
      ...sentences.map(sentence => {
        const index = shown.size
        shown.add(sentence)
        const own = sentence.citations.flatMap(number => numbered.get(number) ?? [])
        return paintSentence({ key: `${turn.id}-${index}`, sentence, own, passages: turn.answer?.passages ?? [] }, doing)
      }))))
}

/** @param {{ key: string, sentence: Sentence, own: Citation[], passages: Passage[] }} shown @param {Doing} doing */
function paintSentence ({ key, sentence, own, passages }, doing) {
  const quotes = own.map(citation => {
    const id = `quote-${key}-${citation.number}`
    return paintQuote(citation, passages, doing, { id, close: () => openQuote(id, false) })
  })
  const markers = own.map((citation, index) => press('cite', String(citation.number),
    () => openQuote(quotes[index].id, Boolean(quotes[index].hidden)), {
      id: `open-${quotes[index].id}`,
      'aria-expanded': 'false',
      'aria-controls': quotes[index].id,
      'aria-label': say('source.show', { n: citation.number }),
      title: reportOf(citation)
    }))
  const blocks = blocksOf(sentence.text).map(({ items, lines }) => items
    ? make('ul', {}, ...lines.map(line => make('li', {}, line)))
    : make('p', {}, ...lines))
  const last = blocks.at(-1)
  if (last && markers.length) endWith(/** @type {HTMLElement} */ (last.lastElementChild ?? last), markers)
  return make('div', { className: 'sentence' }, ...blocks, ...quotes)
}

/** The markers stay on the line of the last word. @param {HTMLElement} line @param {HTMLElement[]} markers */
function endWith (line, markers) {
  const text = line.textContent ?? ''
  const cut = text.lastIndexOf(' ') + 1
  line.replaceChildren(text.slice(0, cut),
    make('span', { className: 'with-cites' }, text.slice(cut), ...markers.flatMap(marker => [' ', marker])))
}

/** Opens a quote, or shuts it and goes back to its marker. @param {string} id @param {boolean} open */
export function openQuote (id, open) {
  const quote = document.getElementById(id)
  const marker = document.getElementById(`open-${id}`)
  if (!quote || !marker) return
  const inside = quote.contains(document.activeElement)
  quote.hidden = !open
  marker.setAttribute('aria-expanded', String(open))
  if (open) quote.scrollIntoView({ block: 'nearest' })
  else if (inside) marker.focus()
}

/** @param {Turn} turn @param {Answer} answer @param {Doing} doing */
function paintRest (turn, answer, doing) {
  const silent = !answer.sentences.length
  return [
    answer.mode === 'llm' && !silent ? make('p', { className: 'fine' }, say('answer.language.model')) : null,
    silent && answer.scope.stated.length
      ? make('p', {}, press('quiet', say('scope.widen'), () => doing.widen(turn.question)))
      : null,
    silent && answer.passages.length ? paintPassages(answer.passages, doing) : null,
    silent && !answer.passages.length ? paintSuggestions(doing) : null,
    answer.citations.length ? paintSources(answer, doing) : null,
    make('p', { className: 'fine coverage' }, coverageLine(answer)),
    ...paintActions(turn, answer, doing)
  ]
}

/** @param {Doing} doing @param {'h2' | 'h3'} [heading] */
export function paintSuggestions (doing, heading = 'h3') {
  const questions = doing.suggestions()
  if (!questions.length) return null
  return make('section', { className: 'examples' }, make(heading, {}, say('examples.title')),
    make('ul', { className: 'plain' }, ...questions.map(question =>
      make('li', {}, press('as-link', question, () => doing.ask(question))))))
}

/** The most passages that are shown where there is no answer. */
const MOST_PASSAGES = 3

/** @param {Passage[]} passages @param {Doing} doing */
function paintPassages (passages, doing) {
  return make('section', { className: 'nearest' }, make('h3', {}, say('passages.title')),
    make('p', { className: 'fine' }, say('passages.lead')),
    make('ul', { className: 'plain' }, ...passages.slice(0, MOST_PASSAGES).map(passage => {
      const title = doing.titleOf(passage.report_id)
      const where = [title, ...passage.section.filter(heading => heading !== title).slice(-1)]
      if (passage.page) where.push(say('source.page', { n: passage.page }))
      return make('li', {}, make('details', {},
        make('summary', {}, where.join(' › ')),
        make('blockquote', {}, passage.text),
        make('p', { className: 'links' }, readIt(passage, doing))))
    })))
}

/** @param {Answer} answer @param {Doing} doing */
function paintSources ({ citations }, doing) {
  return make('details', { className: 'sources' }, make('summary', {}, say('sources.title', { n: citations.length })),
    make('ol', {}, ...citations.map(citation => {
      const place = [...headingsOf(citation).slice(-1), citation.page ? say('source.page', { n: citation.page }) : ''].filter(Boolean)
      const anchor = readIt(citation, doing)
      anchor.append(unseen(`: ${citation.number}`))
      return make('li', { value: citation.number }, [reportOf(citation), ...place].join(', '), ' ', anchor)
    })))
}

/** @param {Turn} turn @param {Answer} answer @param {Doing} doing */
function paintActions (turn, answer, doing) {
  const form = paintFeedback(turn, answer, doing)
  const useful = (/** @type {string} */ verdict) => turn.verdict === verdict
  const row = make('div', { className: 'actions', role: 'toolbar', 'aria-label': say('actions.label') },
    press('small', say('copy'), () => doing.copy(turn), { id: `copy-${turn.id}` }),
    press('small', say('feedback.useful'), () => form.useful(), { id: `useful-${turn.id}`, 'aria-pressed': String(useful('useful')) }),
    press('small', say('feedback.not'), () => form.open(), { id: `not-${turn.id}`, 'aria-pressed': String(useful('not_useful')) }))
  rove(row)
  return [row, turn.verdict ? make('p', { className: 'fine thanks' }, say('feedback.thanks')) : null, form.element]
}

/** What stands under a turn that did not come to its end. @param {Turn} turn @param {Doing} doing */
function paintUnfinished (turn, doing) {
  const again = () => press('quiet', say('answer.again'), () => doing.ask(turn.question), { id: `again-${turn.id}` })
  if (turn.phase === 'stopped') {
    const words = turn.sentences.length ? say('answer.stopped') : say('answer.stopped.empty')
    return [make('p', { className: 'warning' }, words), make('p', {}, again())]
  }
  if (turn.phase !== 'failed' || !turn.problem) return []
  return [paintProblem(turn.problem, { partial: turn.sentences.length > 0, again: again() })]
}

/**
 * Puts a turn's new elements in the place of its old ones; open quotes stay open, the focus stays.
 * @param {HTMLElement} old @param {HTMLElement} fresh
 */
export function replaceTurn (old, fresh) {
  const open = [...old.querySelectorAll('.quote:not([hidden])')].map(quote => quote.id)
  const focused = old.contains(document.activeElement) ? document.activeElement?.id : null
  const unfolded = [...old.querySelectorAll('details')].map(details => details.open)
  old.replaceWith(fresh)
  open.forEach(id => openQuote(id, true))
  if (unfolded.some(Boolean)) fresh.querySelectorAll('details').forEach((details, index) => { details.open = unfolded[index] ?? false })
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true })
}
