// What went wrong, in words, with when to try again.

import { make } from './dom.js'
import { say } from './strings.js'

/** @typedef {import('./state.js').Problem} Problem */

/** @param {Problem} problem @param {boolean} partial some sentences had come */
export function problemWords (problem, partial) {
  if (problem.kind === 'cut' && partial) return say('answer.cut')
  const words = say(`problem.${problem.kind}`, { detail: problem.detail ?? '' })
  return [words, partial ? say('answer.quoted') : '',
    problem.reference ? say('problem.reference', { id: problem.reference }) : ''].filter(Boolean).join(' ')
}

/** @param {Problem} problem @param {{ partial: boolean, again: HTMLButtonElement }} shown */
export function paintProblem (problem, { partial, again }) {
  const wait = make('p', { className: 'fine' })
  const box = make('div', { className: 'problem' }, make('p', {}, problemWords(problem, partial)), wait, make('p', {}, again))
  countDown(problem.ready_at ?? 0, { wait, again })
  return box
}

/** @param {number} readyAt @param {{ wait: HTMLElement, again: HTMLButtonElement }} shown */
function countDown (readyAt, { wait, again }) {
  const left = Math.ceil((readyAt - Date.now()) / 1000)
  // Not `disabled`: that would throw the focus off a button which has it.
  again.setAttribute('aria-disabled', String(left > 0))
  wait.textContent = left > 0 ? say('problem.wait', { n: left }) : readyAt ? say('problem.ready') : ''
  if (left > 0) setTimeout(() => countDown(readyAt, { wait, again }), 1000)
}
