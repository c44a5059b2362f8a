const MAX_ITEMS = 20;
const MAX_ITEM_WORDS = 4;
const CLEARING = ['cancel', 'clear', 'delete', 'empty'];
const ARTICLES = ['a', 'an', 'some', 'the', 'more', 'please'];

/** What a sentence wants added to the shopping list: "add milk and bread to my shopping list". Empty when nothing. */
export function readItems(words: readonly string[]): string[] {
  const verb = words.findIndex((word) => word === 'add' || word === 'put');
  if (verb < 0 || (words[verb] === 'put' && !words.includes('list'))) return [];
  const items: string[] = [];
  let item: string[] = [];
  const finish = () => {
    const name = item.join(' ');
    const sound = item.length > 0 && item.length <= MAX_ITEM_WORDS && !items.includes(name);
    if (sound && items.length < MAX_ITEMS) items.push(name);
    item = [];
  };
  for (let at = verb + 1; at < words.length && !leadsToList(words, at); at++) {
    const word = words[at] ?? '';
    if (word === 'and') finish();
    else if (!ARTICLES.includes(word)) item.push(word);
  }
  finish();
  return items;
}

/** Whether only "to my shopping list" or the like is left. Recognisers write "two" for "to". */
function leadsToList(words: readonly string[], at: number): boolean {
  return /^(?:to|two|too|on|in)? ?(?:(?:my|the|our) )?(?:shopping )?list\b/.test(words.slice(at).join(' '));
}

/** The list as it stands after everything that was said, oldest first. */
export function shoppingList(said: readonly (readonly string[])[]): string[] {
  let list: string[] = [];
  for (const words of said) {
    if (words.includes('list') && CLEARING.some((word) => words.includes(word))) list = [];
    for (const item of readItems(words)) if (!list.includes(item) && list.length < MAX_ITEMS) list.push(item);
  }
  return list;
}
