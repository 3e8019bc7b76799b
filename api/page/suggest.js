// First questions, made from what the library holds: each names a report that is there.

import { say } from './strings.js'

/** @typedef {import('./answer.js').Card} Card */

const MOST = 4

/** @param {Card[]} cards @returns {string[]} */
export function suggestions (cards) {
  const peel = cards.filter(card => card.kind === 'peel' && card.bodies.length)
  const letters = cards.filter(card => card.kind !== 'peel' && card.bodies.length)
  const [forces, areas] = [aboutForces(peel), aboutLetters(letters)]
  const half = areas.length ? MOST / 2 : MOST
  return [...forces.slice(0, half), ...areas, ...forces.slice(half)].slice(0, MOST)
}

/** @param {Card[]} cards */
function aboutForces (cards) {
  const [first] = cards
  if (!first) return []
  const body = first.bodies[0]
  const investigates = (/** @type {Card} */ card) => !card.pillar || card.pillar === 'Effectiveness'
  const other = cards.find(card => card.bodies[0] !== body && investigates(card))
  return [
    say('suggest.improve', { body }),
    investigates(first) && first.judgements && say('suggest.grade', { body }),
    investigates(first) && other && say('suggest.compare', { body, other: other.bodies[0] }),
    investigates(first) && say('suggest.said', { body })
  ].filter(question => typeof question === 'string')
}

/** @param {Card[]} cards */
function aboutLetters (cards) {
  const first = cards.find(card => card.actions) ?? cards[0]
  const other = cards.find(card => card !== first) ?? first
  return [
    other && say('suggest.when', { body: other.bodies[0] }),
    first && first.actions && say('suggest.improve', { body: first.bodies[0] })
  ].filter(question => typeof question === 'string')
}
