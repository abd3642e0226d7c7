/**
 * What a release must not carry: facts about the project that are here until its owners decide them. An installer is
 * refused with them, unless GREFEL_PLACEHOLDERS=allow says that it is only for testing.
 *
 * @param {{ linux: { maintainer: string } }} config
 * @param {{ homepage: string }} packageJson
 */
exports.placeholdersOf = ({ linux }, { homepage }) => {
  const facts = [
    // The domain is reserved for what is not real: https://www.rfc-editor.org/rfc/rfc2606
    {
      name: 'linux.maintainer in packaging/electron-builder.config.cjs',
      value: linux.maintainer,
      is: /\.invalid>?$/,
    },
    { name: 'homepage in package.json, which is the paper of the method', value: homepage, is: /arxiv\.org/ },
  ];
  return facts.filter(({ value, is }) => is.test(value)).map(({ name, value }) => `${name}: ${value}`);
};
