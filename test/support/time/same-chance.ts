import fc from 'fast-check';

// Set up for `npm test`: properties are tried with the same examples in every run. `npm run test:long` tries new ones.

fc.configureGlobal({ seed: 1 });
