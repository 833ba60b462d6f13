/** What of two large libraries nobody here uses: a deploy would wait until it is read and run. */
const unused = {
  // We ask by http(s), and write the form of a deploy ourselves. Reading form-data's list of file
  // types and starting Node's fetch and HTTP/2 takes as long as all the rest of axios.
  axios: ['./fetch.js', 'form-data', 'http2'],
  // We make a tar of what we have read.
  archiver: ['zip-stream', 'readdir-glob', 'buffer-crc32', 'lazystream'],
};

/** axios looks at the global FormData as it loads, and that look starts all of Node's fetch. */
export const noGlobals = { globalThis: '{}' };

/** An esbuild plugin: empty modules in the place of what is unused, Node's own streams for theirs. */
export const leanLibraries = {
  name: 'lean-libraries',
  setup(build) {
    build.onResolve({ filter: /.*/ }, ({ path: name, importer }) => {
      const [, library] = /node_modules[\\/]([^\\/]+)[\\/](?!node_modules)/.exec(importer) ?? [];
      if (unused[library]?.includes(name)) return { path: name, namespace: 'unused' };
      if (library === 'archiver' && name === 'readable-stream') {
        return { path: 'node:stream', external: true };
      }
    });
    build.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({
      contents: 'module.exports = {}',
    }));
  },
};
