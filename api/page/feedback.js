// Useful or not, which citation is wrong and why: kept by the server for its evaluation.

import { make, press } from './dom.js'
import { say } from './strings.js'

/**
 * @typedef {import('./state.js').Turn} Turn
 * @typedef {import('./answer.js').Answer} Answer
 * @typedef {import('./turn.js').Doing} Doing
 */

const MOST_COMMENT = 2000

/** @param {Turn} turn @param {Answer} answer @param {Doing} doing */
export function paintFeedback (turn, answer, doing) {
  const boxes = answer.citations.map(({ number }) => make('input', { type: 'checkbox', value: String(number) }))
  const comment = make('textarea', { id: `why-${turn.id}`, rows: 2, maxLength: MOST_COMMENT })
  const failed = make('p', { className: 'error', role: 'alert', hidden: true })
  const shut = () => { element.hidden = true; document.getElementById(`not-${turn.id}`)?.focus() }

  /** @param {{ verdict: string, wrong_citations?: number[], comment?: string }} judgement */
  const send = async judgement => {
    const why = await doing.judge(turn, judgement)
    failed.hidden = why === null
    failed.textContent = why === null ? '' : say('feedback.failed', { why })
    if (why !== null) element.hidden = false
  }
  const complain = () => send({
    verdict: 'not_useful',
    wrong_citations: boxes.filter(box => box.checked).map(box => Number(box.value)),
    ...(comment.value.trim() ? { comment: comment.value.trim() } : {})
  })

  const which = make('fieldset', { hidden: !boxes.length }, make('legend', {}, say('feedback.citations')),
    ...boxes.map(box => make('label', { className: 'tick' }, box, box.value)))
  const element = make('div', { className: 'feedback', role: 'group', 'aria-label': say('feedback.title'), hidden: true },
    make('h3', { tabIndex: -1 }, say('feedback.title')), which,
    make('label', { htmlFor: comment.id }, say('feedback.why')), comment,
    make('p', { className: 'fine' }, say('feedback.kept')), failed,
    make('div', { className: 'buttons' }, press('primary', say('feedback.send'), complain), press('quiet', say('feedback.cancel'), shut)))
  element.addEventListener('keydown', event => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    shut()
  })
  return {
    element,
    useful: () => { send({ verdict: 'useful' }) },
    open: () => { element.hidden = false; element.querySelector('h3')?.focus() }
  }
}
