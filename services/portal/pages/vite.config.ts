import vue from "@vitejs/plugin-vue"
import components from "unplugin-vue-components/vite"
import { ElementPlusResolver } from "unplugin-vue-components/resolvers"
import { defineConfig, loadEnv } from "vite"

// `npm run dev` talks to a running stack; set PORTAL to another address if it is elsewhere.
const portal = (mode: string) => loadEnv(mode, ".", "PORTAL")["PORTAL"] ?? "http://127.0.0.1:8080"

export default defineConfig(({ mode }) => ({
  plugins: [
    vue(),
    // Only the parts of Element Plus that a template names are bundled, each with its own style.
    components({ dirs: [], resolvers: [ElementPlusResolver()], dts: "src/element-plus.d.ts" }),
  ],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  server: { proxy: { "/api": portal(mode) } },
  build: { outDir: "../static", emptyOutDir: true, target: "es2022", chunkSizeWarningLimit: 700 },
}))
