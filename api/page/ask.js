// The chat page: the conversation, and the reports that it is about.

import { makeChat } from './chat.js'
import { make, press } from './dom.js'
import { sampleTag } from './quote.js'
import { say } from './strings.js'

/** @typedef {import('./answer.js').Card} Card */

/** @param {Card} card */
function paintCard (card) {
  const line = [card.bodies.join(', '), card.cycle, say('library.judgements', { n: card.judgements }), say('library.actions', { n: card.actions })]
  return make('li', {}, make('a', { href: `/reports/${encodeURIComponent(card.report_id)}` }, card.title), ' ',
    card.invented && sampleTag(), make('span', { className: 'fine' }, line.filter(Boolean).join(' · ')))
}

/** @param {import('./answer.js').Holdings} holdings */
function paintLibrary ({ reports, cards }) {
  const list = make('ul', { className: 'plain reports' }, ...cards.map(paintCard))
  return make('details', { className: 'library', open: reports < 6 },
    make('summary', {}, make('h2', {}, say('library.title')), make('span', { className: 'fine' }, say('library.count', { n: reports }))), list,
    make('p', {}, make('a', { href: '/reports' }, say('library.all'))))
}

function storedKey () {
  try { return sessionStorage.getItem('peelback.key') } catch { return null }
}

/** The pages that people open, this one first. */
function paintDoors () {
  return make('nav', { className: 'doors', 'aria-label': say('nav.label') },
    make('a', { href: '/', 'aria-current': 'page' }, say('nav.ask')),
    make('a', { href: '/reports' }, say('nav.reports')),
    make('a', { href: '/actions' }, say('nav.actions')))
}

/** A server with keys says so; a publishable key may be given here, for this tab. */
function keyField () {
  const box = make('input', { id: 'key', type: 'text', autocomplete: 'off', spellcheck: false })
  const use = () => { sessionStorage.setItem('peelback.key', box.value.trim()); location.reload() }
  box.addEventListener('keydown', event => { if (event.key === 'Enter') use() })
  return make('div', { className: 'field' }, make('p', {}, say('key.lead')),
    make('label', { htmlFor: 'key' }, say('key.label')), box, make('div', { className: 'buttons' }, press('quiet', say('key.send'), use)))
}

function open () {
  const library = make('div', { className: 'holdings' })
  const key = storedKey()
  const chat = makeChat({
    key,
    framed: false,
    onLibrary: found => {
      library.replaceChildren(...(found.reports ? [paintLibrary(found)] : []))
      if (found.wants_key && !key) chat.welcome.append(keyField())
    }
  })
  document.title = `${say('title')} – Peelback`
  document.body.prepend(
    make('a', { className: 'skip', href: '#question' }, say('skip.question')),
    make('header', { className: 'bar' }, make('div', { className: 'wrap' }, make('a', { className: 'mark', href: '/' }, 'Peelback'), paintDoors())),
    make('main', { className: 'wrap chat' },
      make('div', { className: 'top' }, make('h1', {}, say('title')), chat.freshly),
      chat.welcome, chat.turns, chat.composer.element, library, chat.herald, chat.foot))
  // A link to /?question=… asks it, so that a question can be shared.
  const shared = new URLSearchParams(location.search).get('question')
  if (shared && chat.isNew) chat.ask(shared)
}

open()
