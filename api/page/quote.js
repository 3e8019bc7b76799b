// A quote, with what a reader must know to rely on it: whose report, where in it, of when.

import { headingsOf, inPlace, longDay, noteWords, publisherLink, readerLink, reportOf } from './answer.js'
import { make, press, unseen } from './dom.js'
import { say } from './strings.js'

/**
 * @typedef {import('./answer.js').Citation} Citation
 * @typedef {import('./answer.js').Passage} Passage
 * @typedef {{ invented: (reportId: string) => boolean, framed: boolean }} Setting
 *   `framed`: links leave the frame for a new tab
 */

/** @param {string} href @param {string} text @param {boolean} newTab */
export function link (href, text, newTab) {
  const anchor = make('a', { href, rel: 'noreferrer' }, text)
  if (newTab) {
    anchor.target = '_blank'
    anchor.rel = 'noopener noreferrer'
    anchor.append(unseen(` ${say('source.new.tab')}`))
  }
  return anchor
}

export const sampleTag = () => make('span', { className: 'tag' }, say('sample'))

/** @param {{ report_id: string, start: number, end: number }} place @param {Setting} setting */
export const readIt = (place, { framed }) => link(readerLink(place), say('source.read'), framed)

/** @param {Citation} citation @param {Passage[]} passages */
function paintWords (citation, passages) {
  const found = inPlace(citation, passages)
  return found
    ? make('blockquote', {}, found.before, make('mark', {}, found.quote), found.after)
    : make('blockquote', {}, make('mark', {}, citation.quote))
}

/** @param {string} term @param {...(Node | string | null | false)} said */
const row = (term, ...said) => make('div', {}, make('dt', {}, term), make('dd', {}, ...said))

/** @param {Citation} citation */
function paintPlace (citation) {
  const { body, cycle, page, published, publisher } = citation
  const headings = headingsOf(citation).join(' › ')
  const section = [headings, page ? say('source.page', { n: page }) : ''].filter(Boolean).join(', ')
  const about = [body, cycle, publisher, published ? say('source.published', { day: longDay(published) }) : ''].filter(Boolean).join(', ')
  return make('dl', { className: 'place' },
    row(say('source.report'), citation.report_title),
    section ? row(say('source.section'), section) : null,
    about ? row(say('source.body'), about) : null)
}

/** @param {Citation} citation @param {Setting} setting */
function paintLinks (citation, setting) {
  const publisher = publisherLink(citation)
  return make('p', { className: 'links' }, readIt(citation, setting),
    publisher && link(publisher, say('source.publisher'), true))
}

/**
 * @param {Citation} citation @param {Passage[]} passages @param {Setting} setting
 * @param {{ id: string, close: () => void }} shown
 */
export function paintQuote (citation, passages, setting, { id, close }) {
  const name = reportOf(citation)
  return make('div', { id, className: 'quote', hidden: true, role: 'group', 'aria-label': say('source.label', { n: citation.number, name }) },
    make('div', { className: 'quote-head' }, make('span', {}, make('strong', {}, String(citation.number)), ' ', name, ' ',
      setting.invented(citation.report_id) && sampleTag()),
      press('shut', '×', close, { 'aria-label': say('source.close', { n: citation.number }) })),
    paintWords(citation, passages),
    citation.note ? make('p', { className: 'warning' }, noteWords(citation.note)) : null,
    paintPlace(citation),
    paintLinks(citation, setting))
}
