/** An async iterable of one value. */
export async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}
