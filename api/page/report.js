// The report reader's comforts: quotes named in the address after "#" are highlighted, gone
// to and stepped through, and selected words can be linked to. Without it the page is whole.
//
// Spans count code points of the report's text; JavaScript's strings count UTF-16 units.
// Every element with data-at holds the text from that code point on, and nothing besides.

/**
 * @typedef {{ start: number, end: number }} Span
 * @typedef {{ text: string, quote: number | null }} Piece
 */

/**
 * The quotes that an address's fragment names, in the order it names them: #1-5 or #1-5,9-20.
 * @param {string} fragment @returns {Span[]}
 */
export function spansOf (fragment) {
  const listed = fragment.replace(/^#/, '')
  if (!/^\d+-\d+(,\d+-\d+)*$/.test(listed)) return []
  return listed.split(',')
    .map(text => text.split('-').map(Number))
    .map(([start, end]) => ({ start, end }))
    .filter(({ start, end }) => start < end)
}

/** @param {Span[]} spans */
export const fragmentOf = spans => '#' + spans.map(({ start, end }) => `${start}-${end}`).join(',')

/** How many code points a text has. @param {string} text */
export function lengthOf (text) {
  let length = 0
  for (const _ of text) length += 1
  return length
}

/**
 * A text that begins at code point `at`, cut where quotes begin and end. `quote` is the
 * position of the first quote that holds a piece.
 * @param {string} text @param {number} at @param {Span[]} spans @returns {Piece[]}
 */
export function cut (text, at, spans) {
  const points = Array.from(text)
  const end = at + points.length
  const inside = spans.flatMap(span => [span.start, span.end]).filter(place => at < place && place < end)
  const places = [...new Set([at, ...inside, end])].sort((a, b) => a - b)
  return places.slice(0, -1).map((place, n) => {
    const quote = spans.findIndex(span => span.start <= place && place < span.end)
    return { text: points.slice(place - at, places[n + 1] - at).join(''), quote: quote < 0 ? null : quote }
  })
}

/** @param {Element} element @returns {Text[]} */
function textsIn (element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  const texts = []
  while (walker.nextNode()) texts.push(/** @type {Text} */ (walker.currentNode))
  return texts
}

/** @param {string} id */
const at = id => /** @type {any} */ (document.getElementById(id))

const placeOf = (/** @type {HTMLElement} */ element) => Number(element.dataset.at)

/** Take every highlight away. */
function clean () {
  for (const mark of document.querySelectorAll('#text mark')) {
    const parent = /** @type {Node} */ (mark.parentNode)
    mark.replaceWith(...mark.childNodes)
    parent.normalize()
  }
}

/**
 * Highlight the spans, and return the first mark of each that is in the text.
 * @param {Span[]} spans @returns {HTMLElement[]}
 */
function mark (spans) {
  const first = /** @type {(HTMLElement | undefined)[]} */ ([])
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('#text [data-at]'))) {
    let place = placeOf(element)
    const end = place + lengthOf(element.textContent ?? '')
    if (!spans.some(span => span.start < end && place < span.end)) continue
    for (const node of textsIn(element)) {
      const pieces = cut(node.data, place, spans)
      place += lengthOf(node.data)
      if (pieces.every(({ quote }) => quote === null)) continue
      node.replaceWith(...pieces.map(({ text, quote }) => {
        if (quote === null) return text
        const made = document.createElement('mark')
        made.textContent = text
        first[quote] ??= made
        return made
      }))
    }
  }
  return /** @type {HTMLElement[]} */ (first.filter(Boolean))
}

/** The code point where a point of the document is; null outside the text. @param {Node} node @param {number} offset */
function pointAt (node, offset) {
  const element = /** @type {HTMLElement | null} */ (
    (node instanceof Element ? node : node.parentElement)?.closest('#text [data-at]'))
  if (!element) return null
  const range = document.createRange()
  range.setStart(element, 0)
  range.setEnd(node, offset)
  return placeOf(element) + lengthOf(range.toString())
}

/** The span of the words that are selected, without white space around them. @returns {Span | null} */
function selected () {
  const selection = getSelection()
  if (!selection || selection.isCollapsed) return null
  const range = selection.getRangeAt(0)
  const words = range.toString()
  const start = pointAt(range.startContainer, range.startOffset)
  const end = pointAt(range.endContainer, range.endOffset)
  if (start === null || end === null) return null
  const span = {
    start: start + lengthOf(words) - lengthOf(words.trimStart()),
    end: end - lengthOf(words) + lengthOf(words.trimEnd())
  }
  return span.start < span.end ? span : null
}

function open () {
  /** @type {HTMLElement[]} */
  let marks = []
  let current = 0

  function paintBar () {
    at('quote-bar').hidden = !marks.length && !selected()
    at('quote-count').textContent = marks.length > 1 ? `Quote ${current + 1} of ${marks.length}` : marks.length ? 'Quote highlighted' : ''
    at('quote-before').hidden = at('quote-after').hidden = marks.length < 2
    at('quote-clear').hidden = !marks.length
    at('quote-copy').hidden = !selected()
    at('quote-links').hidden = true
  }

  /** @param {number} number */
  function go (number) {
    current = (number + marks.length) % marks.length
    marks.forEach((made, n) => { made.toggleAttribute('data-current', n === current) })
    const shown = marks[current]
    shown.tabIndex = -1
    shown.focus({ preventScroll: true })
    shown.scrollIntoView({ block: 'center', behavior: 'instant' })
    paintBar()
  }

  /** @param {Span[]} spans the one to go to first */
  function show (spans) {
    clean()
    const [wanted] = spans
    const ordered = [...spans].sort((a, b) => a.start - b.start || a.end - b.end)
    marks = mark(ordered)
    if (marks.length) go(Math.min(ordered.indexOf(wanted), marks.length - 1))
    else paintBar()
  }

  function read () {
    const spans = spansOf(location.hash)
    if (spans.length) { show(spans); return }
    // The server has marked what ?quote= asks for.
    if (marks.length) return
    marks = [...document.querySelectorAll('#text mark[id]')].map(found => /** @type {HTMLElement} */ (found))
    const named = marks.findIndex(found => `#${found.id}` === location.hash)
    if (named >= 0) go(named)
    else if (marks.length) paintBar()
  }

  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll('a[data-quote]'))) {
    link.href = `#${link.dataset.quote}`
    link.addEventListener('click', () => { if (location.hash === link.hash) show(spansOf(link.hash)) })
  }
  at('quote-before').addEventListener('click', () => go(current - 1))
  at('quote-after').addEventListener('click', () => go(current + 1))
  at('quote-clear').addEventListener('click', (/** @type {Event} */ event) => {
    event.preventDefault()
    const left = marks[current]?.closest('[data-at]')
    history.replaceState(null, '', location.pathname)
    clean()
    marks = []
    paintBar()
    if (left instanceof HTMLElement) { left.tabIndex = -1; left.focus({ preventScroll: true }) }
  })
  at('quote-copy').addEventListener('click', async () => {
    const span = selected()
    if (!span) return
    const address = location.pathname + fragmentOf([span])
    history.replaceState(null, '', address)
    const copied = await navigator.clipboard?.writeText(new URL(address, location.href).href).then(() => true, () => false)
    show([span])
    at('quote-said').textContent = copied ? 'Link copied' : 'The address of this page now leads to these words'
    getSelection()?.removeAllRanges()
  })
  // Beside the text there is room for the sections; above it they would push it down.
  if (matchMedia('(max-width: 59.99rem)').matches) {
    /** @type {HTMLDetailsElement} */ (document.querySelector('.outline details')).open = false
  }
  document.addEventListener('selectionchange', paintBar)
  addEventListener('hashchange', read)
  read()
}

if (typeof document !== 'undefined') open()
