# "sam build" runs this target in a copy of the project (BuildMethod: makefile in template.yaml), so that esbuild's options
# stand in one place, scripts/build-bundle.ts, and what is deployed is what "npm run build" makes: dist/, without node_modules.
.PHONY: build-PersistentChatFunction
build-PersistentChatFunction:
	rm -rf dist
	npm ci
	npm run build
	mkdir -p "$(ARTIFACTS_DIR)"
	cp -R dist/. "$(ARTIFACTS_DIR)"
