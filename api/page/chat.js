// A conversation on a page: the state, the turns, the composer, what is said aloud.

import { copyText, holdings, rights } from './answer.js'
import { ask, Failure, request } from './client.js'
import { makeComposer } from './composer.js'
import { make, press } from './dom.js'
import { problemWords } from './problem.js'
import { link } from './quote.js'
import { historyOf, kept, next, revived, START, waiting } from './state.js'
import { say } from './strings.js'
import { suggestions } from './suggest.js'
import { paintSuggestions, paintTurn, replaceTurn } from './turn.js'

/**
 * @typedef {import('./state.js').State} State
 * @typedef {import('./state.js').Message} Message
 * @typedef {import('./state.js').Turn} Turn
 * @typedef {import('./state.js').Problem} Problem
 * @typedef {import('./answer.js').Card} Card
 * @typedef {import('./answer.js').Holdings} Holdings
 * @typedef {import('./turn.js').Doing} Doing
 */

const LICENCE = 'https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/'

/** Kept in the tab; where a browser keeps nothing, the conversation lives as long as the page. */
const store = {
  /** @param {string} name */
  get: name => { try { return sessionStorage.getItem(`peelback.${name}`) } catch { return null } },
  /** @param {string} name @param {string} text */
  set: (name, text) => { try { sessionStorage.setItem(`peelback.${name}`, text) } catch { /* full, or not allowed */ } }
}

/** Says whole sentences to a screen reader, each once. */
function makeHerald () {
  const element = make('div', { className: 'unseen', role: 'log', 'aria-live': 'polite', 'aria-relevant': 'additions' })
  return {
    element,
    /** @param {string} words */
    say: words => {
      element.append(make('p', {}, words))
      while (element.childElementCount > 60) element.firstElementChild?.remove()
    }
  }
}

/**
 * @param {{ key: string | null, framed: boolean, onLibrary?: (library: Holdings) => void }} setting
 */
export function makeChat ({ key, framed, onLibrary = () => {} }) {
  let state = revived(store.get('conversation'))
  let stop = new AbortController()
  /** @type {string[]} */
  let aloud = []
  /** @type {Holdings | null} */
  let library = null
  /** @type {Map<string, Card>} */
  let cards = new Map()
  /** @type {Map<number, { turn: Turn, element: HTMLElement }>} */
  const painted = new Map()

  const herald = makeHerald()
  const turns = make('div', { className: 'turns', role: 'region', 'aria-label': say('log.label') })
  const welcome = make('div', { className: 'welcome' })
  const foot = make('footer', { className: 'foot' })
  const freshly = press('quiet small', say('new.conversation'), () => startAgain(), { id: 'new', hidden: true })
  const composer = makeComposer({
    ask: question => answer(question),
    stop: () => { stop.abort(); move({ event: 'stopped' }); composer.focus() },
    move: message => move(message),
    typed: text => store.set('draft', text)
  })

  /** @type {Doing} */
  const doing = {
    framed,
    invented: id => cards.get(id)?.invented ?? false,
    titleOf: id => cards.get(id)?.title ?? id,
    suggestions: () => suggestions([...cards.values()]),
    ask: question => answer(question),
    widen: question => { move({ event: 'widened' }); answer(question) },
    copy: turn => copy(turn),
    judge: (turn, judgement) => judge(turn, judgement)
  }

  /** @param {Message} message */
  function move (message) {
    const before = state
    state = next(state, message)
    if (state === before) return
    paint()
    speak(message)
    store.set('conversation', kept(state))
  }

  function paint () {
    const last = new Set(state.turns.map(turn => turn.id))
    for (const [id, { element }] of painted) if (!last.has(id)) { element.remove(); painted.delete(id) }
    for (const turn of state.turns) {
      const old = painted.get(turn.id)
      if (old?.turn === turn) continue
      const element = paintTurn(turn, doing)
      if (old) replaceTurn(old.element, element)
      else turns.append(element)
      painted.set(turn.id, { turn, element })
    }
    composer.paint(state)
    welcome.hidden = state.turns.length > 0
    freshly.hidden = !state.turns.length
  }

  /** @param {Message} message */
  function speak ({ event, ...said }) {
    const turn = state.turns.at(-1)
    if (event === 'asked') { aloud = []; herald.say(say('reading')) }
    const sentences = (turn?.answer?.sentences ?? turn?.sentences ?? []).map(({ text }) => text)
    if (event === 'sentence' || event === 'answered') {
      // An answer may have other sentences than those that came before it.
      const heard = aloud.every((text, index) => text === sentences[index]) ? aloud.length : 0
      sentences.slice(heard).forEach(herald.say)
      aloud = sentences
    }
    if (event === 'answered') herald.say(ending(said.answer))
    if (event === 'failed') herald.say(problemWords(said.problem, sentences.length > 0))
    if (event === 'stopped') herald.say(say('answer.stopped.empty'))
  }

  /** @param {import('./answer.js').Answer} answer */
  function ending ({ status, reason, warnings, sentences, citations }) {
    const title = status === 'answered' ? '' : say(`status.${status}`)
    return [title && `${title}.`, reason, ...warnings, sentences.length ? say('answer.end', { n: citations.length }) : ''].filter(Boolean).join(' ')
  }

  /** @param {string} question */
  async function answer (question) {
    const last = state.turns.at(-1)
    if (waiting(state) || (last?.problem?.ready_at ?? 0) > Date.now()) return
    if (composer.text.trim() === question) composer.write('')
    stop = new AbortController()
    move({ event: 'asked', question })
    const turn = /** @type {Turn} */ (waiting(state))
    painted.get(turn.id)?.element.scrollIntoView({ block: 'start' })
    composer.focus()
    try {
      const { history, limits: scope } = turn
      await ask({ question, history, scope }, { key, signal: stop.signal, on: move })
    } catch (error) {
      failed(turn, /** @type {Failure} */ (error).problem)
    }
  }

  /** The question goes back where it was written, unless another is being written there. @param {Turn} turn @param {Problem} problem */
  function failed ({ question }, problem) {
    move({ event: 'failed', problem })
    if (!composer.text.trim()) composer.write(question)
  }

  function startAgain () {
    stop.abort()
    if (waiting(state)) move({ event: 'stopped' })
    move({ event: 'started again' })
    composer.focus()
  }

  /** @param {Turn} turn */
  async function copy (turn) {
    if (!turn.answer) return
    const text = copyText(turn.question, turn.answer, footLines(), location.origin)
    herald.say(await copied(text) ? say('copied') : say('copy.failed'))
    const button = document.getElementById(`copy-${turn.id}`)
    if (!button) return
    button.textContent = say('copied')
    setTimeout(() => { button.textContent = say('copy') }, 2500)
  }

  /** @param {Turn} turn @param {object} judgement @returns {Promise<string | null>} why it was not kept */
  async function judge ({ id, question, history, answer }, judgement) {
    try {
      const { verdict } = /** @type {{ verdict: string }} */ (judgement)
      await request('/v1/feedback', { key, body: { question, history, answer_id: answer?.id, ...judgement } })
      move({ event: 'judged', id, verdict })
      document.getElementById(`${verdict === 'useful' ? 'useful' : 'not'}-${id}`)?.focus()
      herald.say(say('feedback.thanks'))
      return null
    } catch (error) {
      return error instanceof Failure ? problemWords(error.problem, false) : String(error)
    }
  }

  const footLines = () => [library && rights(library), library?.samples && say('foot.samples'),
    library?.licensed && `${say('foot.licence')} ${say('foot.licence.name')}: ${LICENCE}`,
    say('foot.apart')].filter(line => typeof line === 'string')

  function paintFoot () {
    const licence = link(LICENCE, say('foot.licence.name'), framed)
    foot.replaceChildren(...footLines().map(line => line.endsWith(LICENCE)
      ? make('p', {}, `${say('foot.licence')} `, licence, '.')
      : make('p', {}, line)))
  }

  /** @param {Holdings} found */
  function paintWelcome (found) {
    welcome.replaceChildren(...[
      make('p', { className: 'lead' }, say('lead')),
      make('p', { className: 'fine' }, found.reports ? holdings(found) : say('library.empty')),
      found.samples ? make('p', { className: 'inset' }, say('lead.samples')) : null,
      paintSuggestions(doing, 'h2')
    ].filter(node => node !== null))
  }

  async function readLibrary () {
    try {
      const found = /** @type {Holdings} */ (await request('/embed/library', { key: null }))
      library = found
      cards = new Map(found.cards.map(card => [card.report_id, card]))
      composer.offer(found)
      paintWelcome(found)
      onLibrary(found)
      painted.forEach(({ element }) => element.remove())
      painted.clear()
      paint()
    } catch {
      welcome.replaceChildren(make('p', { className: 'lead' }, say('lead')), make('p', { className: 'inset' }, say('problem.library')))
    }
    paintFoot()
  }

  addEventListener('online', () => {
    if (state.turns.at(-1)?.problem?.kind === 'offline') herald.say(say('problem.online'))
    if (!library) readLibrary()
  })
  turns.addEventListener('keydown', event => shutQuote(event))

  composer.write(store.get('draft') ?? '')
  const unanswered = state.turns.at(-1)
  if (unanswered?.problem?.kind === 'reloaded' && !composer.text) composer.write(unanswered.question)
  paint()
  readLibrary()

  return { turns, welcome, foot, freshly, composer, herald: herald.element, ask: answer, get isNew () { return state === START } }
}

/** Escape shuts the quote that has the focus, or whose marker has it. @param {KeyboardEvent} event */
function shutQuote (event) {
  if (event.key !== 'Escape') return
  const at = /** @type {HTMLElement} */ (event.target)
  const marker = document.getElementById(`open-${at.closest('.quote')?.id}`) ?? at.closest('.cite[aria-expanded=true]')
  if (!(marker instanceof HTMLElement)) return
  event.stopPropagation()
  marker.click()
  marker.focus()
}

/** @param {string} text */
async function copied (text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // A frame may not be allowed the clipboard; the old command still works on a click.
    const box = make('textarea', { className: 'unseen', value: text, 'aria-hidden': 'true' })
    const focused = document.activeElement
    document.body.append(box)
    box.select()
    const done = document.execCommand('copy')
    box.remove()
    if (focused instanceof HTMLElement) focused.focus()
    return done
  }
}
