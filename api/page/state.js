// The conversation as a value: `next` is all that can happen to it. It knows neither
// the page nor the network, and gives the same state for the same messages.

/**
 * @typedef {import('./answer.js').Answer} Answer
 * @typedef {import('./answer.js').Sentence} Sentence
 * @typedef {import('./answer.js').Citation} Citation
 * @typedef {{ bodies: string[], cycles: string[] }} Limits
 * @typedef {{ kind: string, detail?: string, reference?: string, ready_at?: number }} Problem
 *   `ready_at`: when the server will take the question again, in milliseconds since 1970
 * @typedef {{ id: number, question: string, history: string[], limits: Limits,
 *   phase: 'waiting' | 'answered' | 'failed' | 'stopped', read: number | null,
 *   sentences: Sentence[], citations: Citation[], answer: Answer | null,
 *   problem: Problem | null, verdict: string | null }} Turn
 *   `read`: passages that were found; `verdict`: what was said of the answer
 * @typedef {{ turns: Turn[], limits: Limits, follows: number, asked: number }} State
 *   `follows`: the first turn that the next question leans on
 * @typedef {{ event: string, [field: string]: any }} Message
 */

/** @type {State} */
export const START = { turns: [], limits: { bodies: [], cycles: [] }, follows: 0, asked: 0 }

/** The most earlier questions that the server takes. */
const MOST_HISTORY = 20

/** Turns whose passages are kept over a reload; a browser keeps about 5 MB a site. */
const KEPT_WHOLE = 10

/** @param {State} state @param {Message} message @returns {State} */
export function next (state, message) {
  switch (message.event) {
    case 'asked': return waiting(state) ? state : asked(state, message.question)
    case 'passages': return onWaiting(state, () => ({ read: message.count }))
    case 'sentence': return onWaiting(state, turn => ({
      sentences: [...turn.sentences, message.sentence],
      citations: [...turn.citations, ...message.citations]
    }))
    case 'answered': return onWaiting(state, () => ({ phase: 'answered', answer: message.answer }))
    case 'failed': return onWaiting(state, () => ({ phase: 'failed', problem: message.problem }))
    case 'stopped': return onWaiting(state, () => ({ phase: 'stopped' }))
    case 'judged': return onTurn(state, message.id, () => ({ verdict: message.verdict }))
    case 'limited': return withLimits(state, message.field, (/** @type {string[]} */ names) =>
      names.includes(message.name) ? names : [...names, message.name])
    case 'unlimited': return withLimits(state, message.field, (/** @type {string[]} */ names) =>
      names.filter(name => name !== message.name))
    case 'widened': return { ...state, limits: START.limits }
    case 'cut loose': return { ...state, follows: state.turns.length }
    case 'started again': return waiting(state) ? state : START
    default: return state
  }
}

/** The turn that is being answered. @param {State} state */
export const waiting = state => state.turns.find(turn => turn.phase === 'waiting') ?? null

/** The questions that the next one leans on. @param {State} state */
export const historyOf = state => state.turns.slice(state.follows)
  .filter(turn => turn.phase === 'answered').map(turn => turn.question).slice(-MOST_HISTORY)

/** @param {State} state @param {string} question @returns {State} */
function asked (state, question) {
  const last = state.turns.at(-1)
  // Asked again after it failed, a question takes the failed one's place.
  const repeated = last && last.question === question && (last.phase === 'failed' || last.phase === 'stopped')
  const turns = repeated ? state.turns.slice(0, -1) : state.turns
  const follows = Math.min(state.follows, turns.length)
  /** @type {Turn} */
  const turn = {
    id: state.asked + 1,
    question,
    history: historyOf({ ...state, turns, follows }),
    limits: state.limits,
    phase: 'waiting',
    read: null,
    sentences: [],
    citations: [],
    answer: null,
    problem: null,
    verdict: null
  }
  return { ...state, turns: [...turns, turn], follows, asked: turn.id }
}

/** @param {State} state @param {number} id @param {(turn: Turn) => Partial<Turn>} change @returns {State} */
function onTurn (state, id, change) {
  return { ...state, turns: state.turns.map(turn => turn.id === id ? { ...turn, ...change(turn) } : turn) }
}

/** @param {State} state @param {(turn: Turn) => Partial<Turn>} change @returns {State} */
function onWaiting (state, change) {
  const turn = waiting(state)
  return turn ? onTurn(state, turn.id, change) : state
}

/** @param {State} state @param {'bodies' | 'cycles'} field @param {(names: string[]) => string[]} change @returns {State} */
function withLimits (state, field, change) {
  return { ...state, limits: { ...state.limits, [field]: change(state.limits[field]) } }
}

/** What is kept over a reload, as text. @param {State} state */
export function kept (state) {
  const whole = state.turns.length - KEPT_WHOLE
  const turns = state.turns.map((turn, index) =>
    turn.answer && index < whole ? { ...turn, answer: { ...turn.answer, passages: [] } } : turn)
  return JSON.stringify({ ...state, turns, version: 1 })
}

/**
 * The state that `kept` wrote; whatever else is found begins a new conversation.
 * A question that was being answered has failed, and can be asked again.
 * @param {string | null} text @returns {State}
 */
export function revived (text) {
  try {
    const { version, ...state } = JSON.parse(text ?? '{}')
    if (version !== 1) return START
    return onWaiting(state, () => ({ phase: 'failed', problem: { kind: 'reloaded' } }))
  } catch {
    return START
  }
}
