import { find, input, setHidden, setText } from './dom.js';

/** Asks for the API token. @param {(token: string) => void} onToken */
export function setUpSignIn(onToken) {
  find('sign-in-form').addEventListener('submit', (event) => {
    event.preventDefault();
    const token = input('token').value.trim();
    // What a header cannot hold is no token either.
    if (!/^[\x21-\x7e]+$/.test(token))
      return setText(find('sign-in-problem'), 'A token is one word of letters, digits and signs.');
    setText(find('sign-in-problem'), '');
    onToken(token);
  });
}

/** @param {boolean} wasRefused whether a token was given, and is wrong */
export function askForToken(wasRefused) {
  setHidden(find('console'), true);
  setHidden(find('sign-in'), false);
  setText(
    find('sign-in-problem'),
    wasRefused ? 'The backend refuses this token. It is API_TOKEN or API_READ_TOKEN of its settings.' : '',
  );
  input('token').value = '';
  input('token').focus();
}

/** The backend has taken the token, or wants none. */
export function showConsole() {
  setHidden(find('sign-in'), true);
  setHidden(find('console'), false);
}
