'use strict'
// Shows the questions that fit the form, and says how many. Without JavaScript all are shown.
const form = document.querySelector('form')
const questions = [...document.querySelectorAll('details.question')]

function fits (question, words, outcome, kind) {
  const { cause, type } = question.dataset
  const isRight = cause === ''
  if (outcome === 'lost' && isRight) return false
  if (outcome === 'right' && !isRight) return false
  if (outcome !== 'lost' && outcome !== 'right' && outcome !== '' && cause !== outcome) return false
  if (kind !== '' && type !== kind) return false
  const text = question.textContent.toLowerCase()
  return words.every(word => text.includes(word))
}

function filter () {
  const chosen = new FormData(form)
  const words = chosen.get('words').toLowerCase().split(/\s+/).filter(Boolean)
  let shown = 0
  for (const question of questions) {
    question.hidden = !fits(question, words, chosen.get('outcome'), chosen.get('type'))
    if (!question.hidden) shown += 1
  }
  document.querySelector('output').textContent = `${shown} of ${questions.length} questions`
}

form.addEventListener('input', filter)
form.addEventListener('submit', event => event.preventDefault())
filter()
