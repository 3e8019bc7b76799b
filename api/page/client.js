// The one door to the network: questions out, events and problems in. Every failure
// comes back as a Problem, whose kind has its words in strings.js.

/**
 * @typedef {import('./state.js').Problem} Problem
 * @typedef {import('./state.js').Message} Message
 */

/** How long a server may be silent in the middle of an answer. */
const SILENCE_MS = 60_000

export class Failure extends Error {
  /** @param {Problem} problem */
  constructor (problem) {
    super(problem.kind)
    this.problem = problem
  }
}

/**
 * Takes the text of an event stream in any pieces; calls `on` for each whole event.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 * @param {(event: string, data: string) => void} on @returns {(piece: string) => void}
 */
export function eventReader (on) {
  let rest = ''
  let name = ''
  /** @type {string[]} */
  let data = []
  /** @param {string} line */
  const take = line => {
    if (line === '') {
      if (data.length) on(name || 'message', data.join('\n'))
      name = ''
      data = []
      return
    }
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line) ?? []
    if (field === 'event') name = value
    else if (field === 'data') data.push(value)
  }
  return piece => {
    rest += piece
    // A CR at the end may be half of a CRLF: it waits for what follows.
    const lines = rest.split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    lines.forEach(take)
  }
}

/** @param {string | null} key */
const headersFor = key => ({
  'Content-Type': 'application/json',
  ...(key ? { Authorization: `Bearer ${key}` } : {})
})

/** Whole seconds from a Retry-After, which is a number or a date. @param {string | null} value @param {number} now */
export function waitOf (value, now) {
  if (!value) return null
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - now) / 1000
  return Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : null
}

/**
 * A problem document (RFC 9457) as a Problem. @param {any} body @param {number} status
 * @param {{ after?: string | null, reference?: string | null, now?: number }} [beside]
 * @returns {Problem}
 */
export function problemOf (body, status, { after = null, reference = null, now = Date.now() } = {}) {
  const wait = waitOf(after, now)
  const ready = wait ? { ready_at: now + wait * 1000 } : {}
  if (status === 401 || status === 403) return { kind: 'key' }
  if (status === 429) return { kind: 'limited', ...ready }
  if (status === 503) return { kind: 'busy', ...ready }
  if (status >= 500 || typeof body?.title !== 'string') return { kind: 'broken', ...(reference ? { reference } : {}) }
  return { kind: 'refused', detail: detailOf(body) }
}

/** @param {any} body */
function detailOf ({ title, detail, errors }) {
  if (!Array.isArray(errors) || !errors.length) return String(detail ?? title)
  return errors.map(error => {
    const field = String(error.pointer ?? '').split('/')[1]
    return field ? `${error.detail} (${field}).` : `${error.detail}.`
  }).join(' ')
}

/** @param {unknown} error @returns {Failure} */
function failureOf (error) {
  if (error instanceof Failure) return error
  return new Failure({ kind: navigator.onLine ? 'unreachable' : 'offline' })
}

/** @param {Response} response @returns {Promise<Failure>} */
async function refusal (response) {
  const body = await response.json().catch(() => null)
  return new Failure(problemOf(body, response.status, {
    after: response.headers.get('Retry-After'), reference: response.headers.get('X-Request-Id')
  }))
}

/**
 * What the server has at `path`, or says to `body`.
 * @param {string} path @param {{ key: string | null, body?: object }} sent @returns {Promise<any>}
 */
export async function request (path, { key, body }) {
  const options = body ? { method: 'POST', body: JSON.stringify(body) } : {}
  try {
    const response = await fetch(path, { ...options, headers: headersFor(key) })
    if (!response.ok) throw await refusal(response)
    return response.status === 204 ? null : await response.json().catch(() => null)
  } catch (error) {
    throw failureOf(error)
  }
}

/**
 * Ask; `on` gets the messages of the answer as they come, and last the whole of it.
 * Resolves when that has come; an abort by `signal` resolves without one.
 * @param {object} question
 * @param {{ key: string | null, signal: AbortSignal, on: (message: Message) => void }} asking
 */
export async function ask (question, { key, signal, on }) {
  const silence = new AbortController()
  let timer = 0
  const heard = () => {
    clearTimeout(timer)
    timer = Number(setTimeout(() => silence.abort(new Failure({ kind: 'slow' })), SILENCE_MS))
  }
  heard()
  try {
    const response = await fetch('/v1/answers', {
      method: 'POST',
      headers: { ...headersFor(key), Accept: 'text/event-stream, application/json;q=0.5' },
      body: JSON.stringify(question),
      signal: AbortSignal.any([signal, silence.signal])
    })
    if (!response.ok) throw await refusal(response)
    if (response.headers.get('Content-Type')?.startsWith('text/event-stream')) await follow(response, { heard, on })
    else on({ event: 'answered', answer: await response.json() })
  } catch (error) {
    if (!signal.aborted) throw failureOf(error)
  } finally {
    clearTimeout(timer)
  }
}

/** @param {Response} response @param {{ heard: () => void, on: (message: Message) => void }} to */
async function follow (response, { heard, on }) {
  let ended = false
  const read = eventReader((event, data) => {
    if (ended) return
    const value = JSON.parse(data)
    if (event === 'problem') throw new Failure(problemOf(value, value.status))
    ended = event === 'answer'
    if (ended) on({ event: 'answered', answer: value })
    if (event === 'passages') on({ event, count: value.passages.length })
    if (event === 'sentence') on({ event, sentence: value.sentence, citations: value.citations })
  })
  const decoder = new TextDecoder()
  const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader()
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      heard()
      read(decoder.decode(part.value, { stream: true }))
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    // The network broke in the middle; what follows says so.
  }
  if (!ended) throw new Failure({ kind: navigator.onLine ? 'cut' : 'offline' })
}
