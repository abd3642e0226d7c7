/** An engine whose runtime cannot even be loaded. */
console.error('error while loading shared libraries: libexample.so.1');
process.exit(127);
