import vue from "eslint-plugin-vue"
import accessibility from "eslint-plugin-vuejs-accessibility"
import typescript from "typescript-eslint"

export default typescript.config(
  { ignores: ["src/element-plus.d.ts"] },
  ...typescript.configs.strict,
  ...vue.configs["flat/essential"],
  ...accessibility.configs["flat/recommended"],
  {
    files: ["**/*.vue"],
    languageOptions: { parserOptions: { parser: typescript.parser } },
  },
  {
    rules: {
      // The compiler checks names; the DOM's own globals are not listed here again.
      "no-undef": "off",
      // A label with `for` is enough; nesting as well is not asked for.
      "vuejs-accessibility/label-has-for": ["error", { required: { some: ["nesting", "id"] } }],
      "vue/multi-word-component-names": "off",
    },
  },
)
