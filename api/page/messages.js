// The messages between the widget's frame and the page around it.

export const VERSION = 1

/**
 * Whether a message is one of ours: these two fields of its own, no others, and a type that is meant.
 * @param {unknown} data @param {string[]} types @returns {data is { peelback: number, type: string }}
 */
export function isOurs (data, types) {
  if (typeof data !== 'object' || data === null || Object.getPrototypeOf(data) !== Object.prototype) return false
  const { peelback, type } = /** @type {any} */ (data)
  return Object.keys(data).sort().join() === 'peelback,type' && peelback === VERSION && types.includes(type)
}
