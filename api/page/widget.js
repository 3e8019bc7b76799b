// Puts a button and a panel on a page: <script src="…/widget.js" data-key="pk_…" defer></script>
// The conversation runs in a sandboxed frame of ours, out of the page's reach; this
// script only opens and shuts it. It stands alone, so that a page needs one file.
(() => {
  'use strict'

  const WORDS = {
    label: 'Ask the inspection reports',
    close: 'Close',
    blocked: 'The assistant did not open here. This site may not be one that its key is for.'
  }
  const VERSION = 1
  const PATIENCE_MS = 8000

  // Sizes in em of the reader's own size (medium): a page may have made its rem anything.
  const STYLE = `
    :host { all: initial !important; position: fixed !important; inset: auto 0 0 auto !important;
      z-index: 2147483647 !important; display: block !important; visibility: visible !important;
      opacity: 1 !important; transform: none !important; filter: none !important; pointer-events: auto !important;
      width: 0 !important; height: 0 !important; clip-path: none !important; contain: none !important;
      font: medium/1.4 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif !important; }
    * { box-sizing: border-box; }
    [hidden] { display: none !important; }
    button { position: fixed; bottom: max(1em, env(safe-area-inset-bottom)); right: 1em; max-width: calc(100vw - 2em);
      padding: .75em 1.1em; border: 2px solid transparent; border-radius: 6px; background: #0f4c5c; color: #fff;
      font: inherit; font-weight: 600; text-align: left; cursor: pointer; box-shadow: 0 2px 10px rgb(0 0 0 / .28); }
    button:hover { background: #0a3641; }
    button:focus-visible { outline: 3px solid #ffcf4a; outline-offset: 0; box-shadow: 0 0 0 6px #10202a; }
    .panel { position: fixed; right: 1em; bottom: 5em; width: min(28em, calc(100vw - 2em));
      height: min(44em, calc(100dvh - 6em)); overflow: hidden; border: 1px solid #5b6c74; border-radius: 8px;
      background: #fff; color: #10202a; box-shadow: 0 8px 40px rgb(0 0 0 / .3); }
    .left button, .left .panel { right: auto; left: 1em; }
    iframe { display: block; width: 100%; height: 100%; border: 0; color-scheme: light dark; }
    p { margin: 1.5em 1.25em; }
    @media (max-width: 34rem), (max-height: 30rem) {
      .panel { inset: 0 !important; width: 100vw; height: 100dvh; border: 0; border-radius: 0; }
      .open button { display: none; } }
    .panel.note { height: auto; }
    @media (prefers-color-scheme: dark) { .panel { background: #11191e; color: #e8eef0; } }
    @media (prefers-reduced-motion: no-preference) { .panel { animation: rise .16s ease-out; }
      @keyframes rise { from { transform: translateY(.75em); opacity: 0; } } }
    @media (forced-colors: active) { button { border-color: ButtonText; } }
    @media print { :host { display: none !important; } }`

  const script = /** @type {HTMLScriptElement} */ (document.currentScript)
  const origin = new URL(script.src).origin
  const key = script.getAttribute('data-key') ?? ''
  const label = script.getAttribute('data-label') ?? WORDS.label

  /** @param {string} name @param {Record<string, string>} [attributes] */
  function make (name, attributes = {}) {
    const element = document.createElement(name)
    for (const each of Object.keys(attributes)) element.setAttribute(each, attributes[each])
    return element
  }

  // A style sheet that is constructed is no inline style: a page's own policy does not stop it.
  const host = make('peelback-widget')
  const root = host.attachShadow({ mode: 'closed' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(STYLE)
  root.adoptedStyleSheets = [sheet]

  const all = make('div', script.getAttribute('data-side') === 'left' ? { class: 'left' } : {})
  const button = make('button', { type: 'button', 'aria-expanded': 'false', 'aria-haspopup': 'dialog' })
  button.textContent = label
  const panel = make('div', { class: 'panel', role: 'dialog', 'aria-label': label, hidden: '' })
  all.append(panel, button)
  root.append(all)

  /** @type {HTMLIFrameElement | null} */
  let frame = null
  let ready = false

  /** @param {'hello' | 'open'} type */
  const tell = type => frame?.contentWindow?.postMessage({ peelback: VERSION, type }, origin)

  function load () {
    frame = /** @type {HTMLIFrameElement} */ (make('iframe', {
      title: label,
      // Our own origin inside, so that it keeps a conversation; nothing of the page's.
      sandbox: 'allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox',
      allow: 'clipboard-write',
      referrerpolicy: 'no-referrer',
      src: `${origin}/embed?key=${encodeURIComponent(key)}`
    }))
    frame.addEventListener('load', () => {
      tell('hello')
      setTimeout(() => { if (!ready) sayBlocked() }, PATIENCE_MS)
    })
    panel.append(frame)
  }

  function sayBlocked () {
    const words = make('p', { role: 'alert' })
    words.textContent = WORDS.blocked
    frame?.remove()
    panel.classList.add('note')
    panel.append(words)
  }

  /** On a small screen the frame takes the button's place, once it has a close button of its own. */
  const fill = () => all.classList.toggle('open', ready && !panel.hidden)

  /** @param {boolean} open */
  function show (open) {
    if (open && !frame) load()
    panel.hidden = !open
    fill()
    button.setAttribute('aria-expanded', String(open))
    button.textContent = open ? WORDS.close : label
    if (!open) button.focus()
    else if (ready) { frame?.focus(); tell('open') }
  }

  button.addEventListener('click', () => show(Boolean(panel.hidden)))
  root.addEventListener('keydown', event => {
    if (/** @type {KeyboardEvent} */ (event).key === 'Escape' && !panel.hidden) show(false)
  })
  addEventListener('message', event => {
    if (!frame || event.origin !== origin || event.source !== frame.contentWindow) return
    const { data } = event
    if (typeof data !== 'object' || data === null || Object.keys(data).sort().join() !== 'peelback,type') return
    if (data.peelback !== VERSION) return
    if (data.type === 'ready' && !ready) { ready = true; fill(); if (!panel.hidden) { frame.focus(); tell('open') } }
    if (data.type === 'close' && !panel.hidden) show(false)
  })

  const put = () => document.body.append(host)
  if (document.body) put()
  else addEventListener('DOMContentLoaded', put)
})()
