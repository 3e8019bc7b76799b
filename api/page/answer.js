// What can be said of an answer without a page to say it on.

import { say } from './strings.js'

/**
 * @typedef {{ number: number, passage_id: string, report_id: string, report_title: string,
 *   publisher: string | null, body: string | null, cycle: string | null, published: string | null,
 *   section: string[], page: number | null, start: number, end: number, quote: string,
 *   note: string | null, url: string | null }} Citation
 * @typedef {{ text: string, citations: number[], kind: string }} Sentence
 * @typedef {{ passage_id: string, report_id: string, section: string[], page: number | null,
 *   start: number, end: number, text: string }} Passage
 * @typedef {{ id: string, question: string, status: string, reason: string | null,
 *   sentences: Sentence[], citations: Citation[], passages: Passage[],
 *   coverage: { in_scope: number, searched: number, cited: number }, warnings: string[],
 *   mode: string, degraded: string | null,
 *   scope: { bodies: string[], cycles: string[], reports: string[], stated: string[] } }} Answer
 * @typedef {{ report_id: string, title: string, kind: string, bodies: string[], cycle: string | null,
 *   pillar: string | null, invented: boolean, judgements: number, actions: number }} Card
 * @typedef {{ wants_key: boolean, reports: number, bodies: string[], subjects: string[], cycles: string[],
 *   publishers: string[], licensed: boolean, samples: boolean, cards: Card[] }} Holdings
 */

/** The most characters that a question may have. */
export const MOST_CHARACTERS = 1000

/** As the server counts: in code points. @param {string} text */
export const charactersIn = text => Array.from(text).length

/** Whose report a citation is of, and of when. @param {Citation} citation */
export const reportOf = ({ body, cycle, report_title: title }) =>
  body ? [body, cycle].filter(Boolean).join(', ') : title

/** The headings over a quote; a report's title, where it is one, is said elsewhere. @param {Citation} citation */
export const headingsOf = ({ section, report_title: title }) => section.filter(heading => heading !== title)

/** @param {Citation} citation */
function placeOf (citation) {
  return [reportOf(citation), headingsOf(citation).slice(-2).join(' › ')].filter(Boolean).join(': ')
}

/**
 * The sentences of an answer, those of one place that follow each other together.
 * `text` says the same, but a quote may have lines and markers of its own.
 * @param {Sentence[]} sentences @param {Citation[]} citations
 */
export function placesOf (sentences, citations) {
  const byNumber = new Map(citations.map(citation => [citation.number, citation]))
  /** @type {{ place: string, report: string | null, sentences: Sentence[] }[]} */
  const places = []
  for (const sentence of sentences) {
    const first = byNumber.get(sentence.citations[0])
    const place = first ? placeOf(first) : ''
    if (places.at(-1)?.place !== place) places.push({ place, report: first?.report_id ?? null, sentences: [] })
    places.at(-1)?.sentences.push(sentence)
  }
  return places
}

/**
 * A sentence's lines: a paragraph, or the items of a list that follow each other.
 * @param {string} text @returns {{ items: boolean, lines: string[] }[]}
 */
export function blocksOf (text) {
  /** @type {{ items: boolean, lines: string[] }[]} */
  const blocks = []
  for (const line of text.split('\n').filter(line => line.trim())) {
    const item = /^\s*[•\-–*]\s+(?=\S)/.exec(line)
    const last = blocks.at(-1)
    if (item && last?.items) last.lines.push(line.slice(item[0].length))
    else blocks.push({ items: Boolean(item), lines: [item ? line.slice(item[0].length) : line] })
  }
  return blocks
}

/** How much is shown on each side of a quote. */
const AROUND = 280

/**
 * A quote within the paragraph that it stands in; null where its passage was not read.
 * Positions count code points, JavaScript's strings count UTF-16 units.
 * @param {Citation} citation @param {Passage[]} passages
 */
export function inPlace (citation, passages) {
  const passage = passages.find(({ report_id: id, start, end }) =>
    id === citation.report_id && start <= citation.start && citation.end <= end)
  if (!passage) return null
  const points = Array.from(passage.text)
  const [from, to] = [citation.start - passage.start, citation.end - passage.start]
  const quote = points.slice(from, to).join('')
  if (quote !== citation.quote) return null
  const before = points.slice(0, from).join('').split('\n\n').at(-1) ?? ''
  const after = points.slice(to).join('').split('\n\n')[0]
  return {
    before: before.length > AROUND ? `… ${before.slice(before.indexOf(' ', before.length - AROUND) + 1)}` : before,
    quote,
    after: after.length > AROUND ? `${after.slice(0, after.lastIndexOf(' ', AROUND))} …` : after
  }
}

/** Where a place is highlighted in the reader. @param {{ report_id: string, start: number, end: number }} place */
export const readerLink = ({ report_id: id, start, end }) => `/reports/${encodeURIComponent(id)}#${start}-${end}`

/** The publisher's page; null where none is known, or it is no web address. @param {Citation} citation */
export function publisherLink ({ url }) {
  return url && /^https?:\/\//i.test(url) && URL.canParse(url) ? url : null
}

/** @param {string} day an ISO date */
export const longDay = day => new Date(day).toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' })

/** What was searched. @param {Answer} answer */
export function coverageLine ({ coverage, scope }) {
  const { in_scope: n, searched, cited } = coverage
  const line = say('coverage.line', { reports: say('coverage.reports', { n }), searched, cited })
  const names = [...scope.bodies, ...scope.cycles, ...scope.reports].join(', ')
  return names ? `${say('coverage.about', { names })} ${line}` : line
}

/** Names in a row, at most `most` of them. @param {string[]} names @param {number} most */
export function listed (names, most) {
  const rest = names.length - most
  const shown = rest > 1 ? [...names.slice(0, most), say('holds.more', { n: rest })] : names
  const last = shown.at(-1) ?? ''
  return shown.length > 1 ? say('holds.and', { names: shown.slice(0, -1).join(', '), last }) : last
}

/** What the library holds, in a line. @param {Holdings} library */
export function holdings ({ reports, subjects }) {
  const holds = say('holds', { n: reports })
  return subjects.length ? say('holds.on', { holds, names: listed(subjects, 6) }) : `${holds}.`
}

/** Who is to be named beside quotes. @param {Holdings} library */
export function rights ({ publishers }) {
  if (!publishers.length) return null
  return publishers.length === 1 ? say('foot.quotes', { publisher: publishers[0] }) : say('foot.quotes.many')
}

/**
 * An answer as plain text that proves itself elsewhere: sentences, then every quote with its place.
 * @param {string} question @param {Answer} answer @param {string[]} lasts lines under it @param {string} origin
 */
export function copyText (question, answer, lasts, origin) {
  const said = placesOf(answer.sentences, answer.citations).flatMap(({ place, sentences }) =>
    ['', `${place}:`, ...sentences.map(({ text, citations }) => [text, ...citations.map(n => `[${n}]`)].join(' '))])
  const sources = answer.citations.flatMap(citation => ['', ...sourceLines(citation, origin)])
  const reason = answer.reason ? ['', answer.reason] : []
  return [say('copy.question', { question }), ...said, ...reason, ...answer.warnings.flatMap(line => ['', line]),
    ...(sources.length ? ['', say('copy.sources'), ...sources] : []), '', ...lasts].join('\n') + '\n'
}

/** @param {Citation} citation @param {string} origin */
function sourceLines (citation, origin) {
  const where = [citation.report_title, ...headingsOf(citation)]
  if (citation.page) where.push(say('source.page', { n: citation.page }))
  const note = citation.note ? [noteWords(citation.note)] : []
  return [`[${citation.number}] “${citation.quote}”`, where.join(' › '), ...note,
    publisherLink(citation) ?? `${origin}${readerLink(citation)}`]
}

/** @param {string} note */
export function noteWords (note) {
  const known = ['carried_over', 'previous_inspection', 'superseded_report']
  return known.includes(note) ? say(`note.${note}`) : note.replaceAll('_', ' ')
}
