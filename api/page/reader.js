// A report by its sections, with one span highlighted: /reports/ID#START-END.
// Spans count code points, and JavaScript's strings count UTF-16 units, so the
// text is cut as an array of code points.

/**
 * @typedef {{ start: number, end: number }} Span
 * @typedef {Span & { path: string[] }} Section
 * @typedef {{ text: string, marked: boolean }} Piece
 */

/** @param {string} hash @returns {Span | null} */
export function spanOf (hash) {
  const found = /^#(\d+)-(\d+)$/.exec(hash)
  if (!found) return null
  const span = { start: Number(found[1]), end: Number(found[2]) }
  return span.start < span.end ? span : null
}

/**
 * The pieces of [start, end), cut where the marked span begins and ends.
 * @param {string[]} points @param {Span} part @param {Span | null} span @returns {Piece[]}
 */
export function pieces (points, part, span) {
  const from = Math.min(Math.max(span?.start ?? part.end, part.start), part.end)
  const to = Math.max(Math.min(span?.end ?? part.end, part.end), from)
  const cut = [[part.start, from, false], [from, to, true], [to, part.end, false]]
  return cut
    .map(([start, end, marked]) => ({ text: points.slice(start, end).join(''), marked: Boolean(marked) }))
    .filter(piece => piece.text)
}

/** @param {string} tag @param {Record<string, any>} [fields] @param {...(Node | string)} children */
function make (tag, fields = {}, ...children) {
  const element = Object.assign(document.createElement(tag), fields)
  element.append(...children)
  return element
}

/** @param {string} id */
const at = id => /** @type {any} */ (document.getElementById(id))

/** @param {string[]} points @param {Span} part @param {Span | null} span @param {string} tag */
function paintPart (points, part, span, tag) {
  const nodes = pieces(points, part, span)
    .map(({ text, marked }) => marked ? make('mark', { textContent: text }) : text)
  return make(tag, {}, ...nodes)
}

/**
 * Where the heading ends: at the section's first line end. Text before the first heading has none.
 * @param {string[]} points @param {Section} section
 */
export function headingEnd (points, section) {
  if (!section.path.length) return section.start
  const end = points.indexOf('\n', section.start)
  return end === -1 || end > section.end ? section.end : end
}

/** @param {string[]} points @param {Section} section @param {Span | null} span @param {number} index */
function paintSection (points, section, span, index) {
  const element = make('section', { id: `section-${index}` })
  let start = headingEnd(points, section)
  if (start > section.start) {
    element.append(paintPart(points, { start: section.start, end: start }, span, section.path.length === 1 ? 'h2' : 'h3'))
  }
  while (points[start] === '\n') start += 1
  if (start < section.end) element.append(paintPart(points, { start, end: section.end }, span, 'p'))
  return element
}

/** @param {string} day an ISO date */
const longDay = day => new Date(day).toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' })

/** @param {any} report */
function paintHead (report) {
  document.title = `${report.title}: Peelback`
  at('title').textContent = report.title
  const day = report.published ? `published ${longDay(report.published)}` : report.updated ? `last updated ${longDay(report.updated)}` : null
  at('particulars').textContent = [report.bodies.join(', '), report.cycle, report.publisher, day].filter(Boolean).join(' · ')
  at('sample-note').hidden = !report.invented
}

/** @param {Section[]} sections */
function paintOutline (sections) {
  const items = sections.map((section, index) => ({ section, index })).filter(({ section }) => section.path.length)
  at('outline').hidden = !items.length
  at('outline-list').replaceChildren(...items.map(({ section, index }) =>
    make('li', { className: `depth-${Math.min(section.path.length, 3)}` },
      make('a', { href: `#section-${index}`, textContent: section.path.at(-1) }))))
}

/** @param {any} report @param {string[]} points */
function paintReport (report, points) {
  const span = spanOf(location.hash)
  at('report').replaceChildren(...report.sections.map(
    (/** @type {Section} */ section, /** @type {number} */ index) => paintSection(points, section, span, index)))
  const first = document.querySelector('mark')
  if (first) first.scrollIntoView({ block: 'center', behavior: 'instant' })
}

async function open () {
  const id = location.pathname.split('/').at(-1) ?? ''
  const response = await fetch(`/v1/reports/${id}`)
  const report = await response.json()
  if (!response.ok) {
    at('title').textContent = report.title
    at('state').textContent = report.detail
    return
  }
  const points = Array.from(report.text)
  paintHead(report)
  paintOutline(report.sections)
  paintReport(report, points)
  addEventListener('hashchange', () => { if (spanOf(location.hash)) paintReport(report, points) })
}

if (typeof document !== 'undefined') open()
