// Elements made from values. Text becomes text nodes: nothing here reads markup.

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {Record<string, any>} [fields] properties; a name with a dash is an attribute
 * @param {...(Node | string | null | false | undefined)} children those that are not there are left out
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make (tag, fields = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(fields)) {
    if (name.includes('-')) element.setAttribute(name, String(value))
    else Object.assign(element, { [name]: value })
  }
  element.append(...children.filter(child => child !== null && child !== undefined && child !== false))
  return element
}

/** @param {string} className @param {string} text @param {() => void} onclick @param {Record<string, any>} [fields] */
export const press = (className, text, onclick, fields = {}) =>
  make('button', { type: 'button', className, textContent: text, onclick, ...fields })

/** Text only for screen readers. @param {string} text */
export const unseen = text => make('span', { className: 'unseen' }, text)

/**
 * One stop of the Tab key for a row of buttons; the arrow keys, Home and End move in it.
 * @param {HTMLElement} row
 */
export function rove (row) {
  const buttons = () => /** @type {HTMLElement[]} */ ([...row.querySelectorAll('button:not([hidden])')])
  /** @param {HTMLElement | undefined} chosen */
  const settle = chosen => { for (const button of buttons()) button.tabIndex = button === chosen ? 0 : -1 }
  settle(buttons()[0])
  row.addEventListener('focusin', event => settle(/** @type {HTMLElement} */ (event.target)))
  row.addEventListener('keydown', event => {
    const all = buttons()
    const now = all.indexOf(/** @type {HTMLElement} */ (event.target))
    const to = { ArrowRight: now + 1, ArrowDown: now + 1, ArrowLeft: now - 1, ArrowUp: now - 1, Home: 0, End: -1 }[event.key]
    if (to === undefined || now === -1) return
    event.preventDefault()
    all.at(to % all.length)?.focus()
  })
}
