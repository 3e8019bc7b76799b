// Where a question is written: its limits as chips, its length, Ask and Stop.

import { charactersIn, MOST_CHARACTERS } from './answer.js'
import { make, press } from './dom.js'
import { historyOf, waiting } from './state.js'
import { say } from './strings.js'

/**
 * @typedef {import('./state.js').State} State
 * @typedef {import('./state.js').Message} Message
 * @typedef {import('./answer.js').Holdings} Holdings
 */

/** The length is told once so many characters are left. */
const NEAR = 100

/**
 * @param {{ ask: (question: string) => void, stop: () => void, move: (message: Message) => void,
 *   typed: (text: string) => void }} doing
 */
export function makeComposer ({ ask, stop, move, typed }) {
  const error = make('p', { id: 'question-error', className: 'error', hidden: true })
  const count = make('p', { id: 'question-count', className: 'fine', hidden: true })
  const box = make('textarea', { id: 'question', rows: 1, 'aria-describedby': 'question-error question-count' })
  const label = make('label', { htmlFor: 'question' }, say('ask.label'))
  const chips = make('ul', { className: 'chips', 'aria-label': say('scope.label') })
  const send = press('primary', say('ask.send'), () => submit(), { id: 'ask' })
  const halt = press('quiet', say('ask.stop'), stop, { id: 'stop', hidden: true })
  const body = chooser('body', say('scope.body'), name => move({ event: 'limited', field: 'bodies', name }))
  const cycle = chooser('cycle', say('scope.cycle'), name => move({ event: 'limited', field: 'cycles', name }))
  const narrow = make('details', { className: 'narrow', hidden: true }, make('summary', {}, say('scope.choose')),
    make('div', { className: 'pair' }, body.element, cycle.element))

  /** @param {string | null} words */
  const refuse = words => {
    error.hidden = words === null
    error.textContent = words ?? ''
    count.hidden ||= words !== null
    box.setAttribute('aria-invalid', String(words !== null))
    if (words !== null) box.focus()
  }
  const over = () => charactersIn(box.value.trim()) - MOST_CHARACTERS
  const submit = () => {
    const question = box.value.trim()
    if (!question) return refuse(say('ask.empty'))
    if (over() > 0) return refuse(say('ask.over', { n: over() }))
    refuse(null)
    ask(question)
  }
  const grown = () => {
    const past = over()
    count.hidden = past < -NEAR || (past > 0 && !error.hidden)
    count.textContent = past > 0 ? say('ask.over', { n: past }) : say('ask.left', { n: -past })
    count.classList.toggle('error', past > 0)
    if (!error.hidden && past <= 0 && box.value.trim()) refuse(null)
    typed(box.value)
  }
  box.addEventListener('input', grown)
  box.addEventListener('keydown', event => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    submit()
  })

  const element = make('section', { className: 'composer', 'aria-label': say('ask.label') },
      chips, label, error, make('div', { className: 'write' }, box, send, halt), count, narrow)

  return {
    element,
    focus: () => box.focus(),
    get text () { return box.value },
    /** @param {string} text */
    write: text => { box.value = text; grown() },
    /** @param {Holdings} library */
    offer: ({ reports, bodies, cycles }) => {
      body.fill(bodies)
      cycle.fill(cycles)
      narrow.hidden = reports < 2
    },
    /** @param {State} state */
    paint: state => {
      const busy = waiting(state) !== null
      if (busy && document.activeElement === send) box.focus()
      send.hidden = busy
      halt.hidden = !busy
      element.classList.toggle('stays', state.turns.length > 0)
      label.textContent = say(state.turns.length ? 'ask.follow.up' : 'ask.label')
      paintChips(chips, state, move, () => box.focus())
    }
  }
}

/** @param {string} id @param {string} label @param {(name: string) => void} choose */
function chooser (id, label, choose) {
  const select = make('select', { id })
  select.addEventListener('change', () => { if (select.value) choose(select.value); select.value = '' })
  return {
    element: make('div', { className: 'field' }, make('label', { htmlFor: id }, label), select),
    /** @param {string[]} names */
    fill: names => select.replaceChildren(make('option', { value: '' }, say('scope.add')),
      ...names.map(name => make('option', { value: name }, name)))
  }
}

/** @param {HTMLElement} list @param {State} state @param {(message: Message) => void} move @param {() => void} after */
function paintChips (list, state, move, after) {
  /** @param {string} lead @param {string} name @param {string} label @param {Message} message */
  const chip = (lead, name, label, message) => make('li', { className: 'chip' }, make('span', {}, `${lead} `, make('b', {}, name)),
    press('shut', '×', () => { move(message); after() }, { 'aria-label': label }))
  const limits = /** @type {const} */ (['bodies', 'cycles']).flatMap(field => state.limits[field].map(name =>
    chip(say('scope.only'), name, say('scope.remove', { name }), { event: 'unlimited', field, name })))
  const led = historyOf(state).at(-1)
  const follows = led ? [chip(say('scope.follows'), `“${led}”`, say('scope.unfollow'), { event: 'cut loose' })] : []
  list.replaceChildren(...limits, ...follows)
  list.hidden = !limits.length && !follows.length
}
