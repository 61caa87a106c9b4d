// Runs in the page at /docs: tries a call by its buttons, as a person does, without the waiting of a person.

/** Looks again with every frame until there is something to see. */
async function seen(look) {
  for (;;) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const found = look();
    if (found) return found;
  }
}

/** Types into a field and leaves it: then the page takes what stands there. */
async function type(field, text) {
  const value = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value');
  value.set.call(field, text);
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await seen(() => true);
  field.dispatchEvent(new FocusEvent('focusout', { bubbles: true }));
}

/** Shows the calls of one tag, and of no other: what is shown has to be drawn anew with every click. */
function openOnly(tag) {
  for (const section of document.querySelectorAll('.opblock-tag'))
    if ((section.dataset.isOpen === 'true') !== (section.dataset.tag === tag)) section.click();
}

function blockOf(method, path) {
  return [...document.querySelectorAll(`.opblock-${method}`)].find(
    (block) => block.querySelector('.opblock-summary-path')?.dataset.path === path,
  );
}

/**
 * Tries one call with what the page proposes, or with another body.
 *
 * @param {{ tag: string, method: string, path: string }} call
 * @param {string} id for fields that have to be filled in and are empty
 * @param {object | undefined} body
 */
globalThis.tryOut = async function tryOut({ tag, method, path }, id, body) {
  openOnly(tag);
  const block = await seen(() => blockOf(method, path));
  const summary = block.querySelector('.opblock-summary-control');
  summary.click();
  const begin = await seen(() => block.querySelector('.try-out__btn'));
  begin.click();
  const execute = await seen(() => block.querySelector('.execute'));
  for (const field of block.querySelectorAll('tr:has(.parameter__name.required) input'))
    if (field.value === '') await type(field, id);
  if (body) await type(block.querySelector('textarea'), JSON.stringify(body));
  execute.click();
  const answer = await seen(() => block.querySelector('.live-responses-table .response'));
  const status = answer.querySelector('.response-col_status').innerText.split(/\s/)[0];
  const text = answer.querySelector('.response-col_description').innerText;
  const request = block.querySelector('.curl').innerText;
  summary.click();
  return { request, status, body: text };
};
