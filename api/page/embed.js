// The widget's frame: the conversation, and five words with the page around it.
// Nothing that is asked or answered crosses the frame's edge.

import { makeChat } from './chat.js'
import { make, press } from './dom.js'
import { isOurs, VERSION } from './messages.js'
import { say } from './strings.js'

/** The page around the frame; known once it has said hello, and never another. @type {string | null} */
let host = null

/** @param {'ready' | 'close'} type */
function tell (type) {
  if (host) parent.postMessage({ peelback: VERSION, type }, host)
}

function open () {
  const key = new URLSearchParams(location.search).get('key')
  const chat = makeChat({ key, framed: true })
  document.title = say('title')
  const close = press('shut', '×', () => tell('close'), { id: 'close', 'aria-label': say('close'), hidden: parent === window })
  document.body.prepend(
    make('header', { className: 'bar' }, make('h1', { className: 'mark' }, say('title.short')), chat.freshly, close),
    make('main', { className: 'chat', tabIndex: -1 }, chat.welcome, chat.turns, chat.foot),
    chat.composer.element, chat.herald)
  addEventListener('message', event => {
    if (event.source !== parent || parent === window) return
    if (host !== null && event.origin !== host) return
    if (!isOurs(event.data, ['hello', 'open'])) return
    if (event.data.type === 'hello') { host = event.origin; tell('ready') }
    if (event.data.type === 'open') chat.composer.focus()
  })
  document.addEventListener('keydown', event => { if (event.key === 'Escape') tell('close') })
}

open()
