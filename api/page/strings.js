// Every word that the chat page and the widget's frame say, by language. Another
// language is another table with the same keys; a message that counts has a form
// for each plural category of its language (Welsh has six).
// The loader, widget.js, stands alone and repeats `widget` (a test keeps them equal).

/** @typedef {Record<string, string | Record<string, string>>} Words */

/** @type {Record<string, Words>} */
export const WORDS = {
  en: {
    'widget.label': 'Ask the inspection reports',
    'widget.close': 'Close',
    'widget.blocked': 'The assistant did not open here. This site may not be one that its key is for.',

    title: 'Ask the inspection reports',
    'title.short': 'Ask the reports',
    'nav.label': 'Pages',
    'nav.ask': 'Ask',
    'nav.reports': 'Reports',
    'nav.actions': 'Actions',
    lead: 'Every sentence of an answer is quoted from a report. Open a number to see the quote where it stands.',
    'lead.samples': 'Some reports in this library are invented samples. They describe no real force and are marked “invented sample”.',
    sample: 'invented sample',
    'skip.question': 'Skip to the question',
    'examples.title': 'You could ask',
    'log.label': 'Conversation',
    'new.conversation': 'Start again',
    close: 'Close',

    'ask.label': 'Your question',
    'ask.follow.up': 'Ask a follow-up',
    'ask.send': 'Ask',
    'ask.stop': 'Stop',
    'ask.empty': 'Enter a question',
    'ask.left': { one: '{n} character left', other: '{n} characters left' },
    'ask.over': { one: 'The question is {n} character too long', other: 'The question is {n} characters too long' },

    'scope.label': 'What the question is limited to',
    'scope.only': 'Only',
    'scope.remove': 'Remove {name}',
    'scope.follows': 'Follows on from',
    'scope.unfollow': 'Ask without the earlier questions',
    'scope.choose': 'Only some reports',
    'scope.body': 'Force, service or area',
    'scope.cycle': 'Cycle or year',
    'scope.add': 'All of them',
    'scope.widen': 'Ask all reports instead',

    reading: 'Reading the reports',
    'reading.passages': { one: 'Reading {n} passage', other: 'Reading {n} passages' },
    'answer.end': { one: 'End of the answer, with {n} source.', other: 'End of the answer, with {n} sources.' },
    'answer.cut': 'The connection was lost before the answer was whole. What is shown is quoted, but more may be missing.',
    'answer.stopped': 'You stopped this answer. What is shown is quoted, but more may be missing.',
    'answer.stopped.empty': 'You stopped this answer.',
    'answer.quoted': 'What is shown is quoted, but more may be missing.',
    'answer.again': 'Ask again',
    'answer.language.model': 'Written by a language model from the quotes; every sentence was checked against them.',

    'status.partial': 'Part of an answer',
    'status.not_in_reports': 'The reports do not say',
    'status.no_matching_reports': 'No such report in this library',
    'status.needs_clarification': 'Which do you mean?',
    'status.out_of_scope': 'Not a question about these reports',

    'source.show': 'Source {n}',
    'source.label': 'Source {n}: {name}',
    'source.page': 'page {n}',
    'source.published': 'published {day}',
    'source.report': 'Report',
    'source.section': 'Section',
    'source.body': 'About',
    'source.read': 'Read it in the report',
    'source.publisher': 'On the publisher’s page',
    'source.new.tab': '(opens in a new tab)',
    'source.close': 'Close source {n}',
    'sources.title': { one: '{n} source', other: '{n} sources' },
    'note.carried_over': 'This judgement was carried over from an earlier inspection.',
    'note.previous_inspection': 'This is about an earlier inspection.',
    'note.superseded_report': 'A later report has replaced this one.',

    'passages.title': 'The nearest passages',
    'passages.lead': 'They do not answer the question, but may be near to it.',

    'coverage.reports': { one: '{n} report in scope', other: '{n} reports in scope' },
    'coverage.line': '{reports}, {searched} searched, {cited} cited.',
    'coverage.about': 'About {names}.',

    holds: { one: 'This library holds {n} report', other: 'This library holds {n} reports' },
    'holds.on': '{holds}, on {names}.',
    'holds.more': { one: '{n} other', other: '{n} others' },
    'holds.and': '{names} and {last}',

    'actions.label': 'This answer',
    copy: 'Copy with citations',
    copied: 'Copied, with its citations.',
    'copy.failed': 'Your browser did not let us copy. Select the text instead.',
    'copy.question': 'Question: {question}',
    'copy.sources': 'Sources',

    'feedback.useful': 'Useful',
    'feedback.not': 'Not useful',
    'feedback.title': 'What was wrong?',
    'feedback.citations': 'Which citations do not support the answer?',
    'feedback.why': 'Anything else? Leave out names and personal details.',
    'feedback.kept': 'Your question and this note are kept, to make answers better.',
    'feedback.send': 'Send',
    'feedback.cancel': 'Cancel',
    'feedback.thanks': 'Thank you. This is kept.',
    'feedback.failed': 'This could not be kept: {why}',

    'problem.offline': 'You are offline. Your question is kept here: ask again when you are connected.',
    'problem.online': 'You are connected again.',
    'problem.unreachable': 'The server cannot be reached. Your question is kept here.',
    'problem.slow': 'The server took too long. Your question is kept here.',
    'problem.cut': 'The connection was lost before the answer was whole.',
    'problem.busy': 'Many people are asking at once. Your question is kept here.',
    'problem.limited': 'This is more than may be asked for now. Your question is kept here.',
    'problem.key': 'The server does not take this page’s key. Whoever runs this site can renew it.',
    'problem.refused': '{detail}',
    'problem.broken': 'Something broke on the server. Your question is kept here.',
    'problem.reloaded': 'The page was left before the answer came. Your question is kept here.',
    'problem.reference': 'Reference: {id}',
    'problem.wait': { one: 'You can ask again in {n} second.', other: 'You can ask again in {n} seconds.' },
    'problem.ready': 'You can ask again now.',
    'problem.library': 'The list of reports could not be read.',

    'key.label': 'Key',
    'key.lead': 'This server asks for a key. It is kept in this tab only.',
    'key.send': 'Use this key',

    'library.title': 'Reports in this library',
    'library.count': { one: '{n} report', other: '{n} reports' },
    'library.all': 'All reports, by force and cycle',
    'library.empty': 'There is no report in this library yet. Add one with “peelback add”.',
    'library.judgements': { one: '{n} judgement', other: '{n} judgements' },
    'library.actions': { one: '{n} action', other: '{n} actions' },

    'foot.quotes': 'Quotes are {publisher}’s, the selection is Peelback’s.',
    'foot.quotes.many': 'Quotes are the inspectorates’, the selection is Peelback’s.',
    'foot.samples': 'The sample reports are invented; they describe no real force.',
    'foot.licence': 'Contains public sector information licensed under the',
    'foot.licence.name': 'Open Government Licence v3.0',
    'foot.apart': 'Peelback is not affiliated with any inspectorate.',

    'suggest.said': 'What did the inspectors say about supervision in {body}?',
    'suggest.improve': 'What must {body} improve?',
    'suggest.grade': 'What grade was {body} given for investigating crime?',
    'suggest.compare': 'Compare {body} and {other} on investigating crime',
    'suggest.when': 'When was {body} inspected, and by whom?'
  }
}

const LANGUAGE = globalThis.document?.documentElement.lang.slice(0, 2) || 'en'
const TABLE = WORDS[LANGUAGE] ?? WORDS.en
const PLURALS = new Intl.PluralRules(WORDS[LANGUAGE] ? LANGUAGE : 'en')

/**
 * The words of `key`, with `{name}` filled from `values`; `values.n` chooses the plural.
 * @param {string} key @param {Record<string, string | number>} [values]
 */
export function say (key, values = {}) {
  const found = TABLE[key] ?? WORDS.en[key]
  if (found === undefined) throw new Error(`no words for ${key}`)
  const form = typeof found === 'string' ? found : found[PLURALS.select(Number(values.n))] ?? found.other
  return form.replace(/\{(\w+)\}/g, (whole, name) => name in values ? String(values[name]) : whole)
}
