# `make run` and `make test` are all that a fresh machine needs; `make help` lists the rest.

TELLAL := .build/debug/tellal
# A crashing Swift process would start a backtrace program that outlives it; checks that kill do without.
export SWIFT_BACKTRACE ?= enable=no

.DEFAULT_GOAL := help
.PHONY: help run test build lint format check demo-check bad-input feeds-check hostile ssrf-check bombs-check hub-check life-check control-check campaigns-check watch-check secrets-check server-check migration-check layout-pictures event-storm conformance kill-loop crash-points faults-check workers-check nightly sanitize interop request-models fuzz clean setup setup-tests setup-checks

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## See the main job with sample feeds and the sandbox; TELLAL_LISTEN=127.0.0.1:8081 takes another port
	@exec $(TELLAL) serve --demo

test: setup-tests ## Run the Swift tests, on SQLite and, where it is installed, on PostgreSQL
	swift test --disable-xctest
	scripts/postgres-for-tests swift test --disable-xctest --skip-build --filter CampaignStoreTests

build: setup ## Build tellal into .build/debug/
	@swift build --product tellal

setup:
	@scripts/setup

setup-tests:
	@scripts/setup tests

setup-checks:
	@scripts/setup checks

lint: setup ## Check the form of the Swift code
	swift format lint --strict --parallel --recursive Package.swift Sources Tests

format: setup ## Bring the Swift code into form
	swift format format --in-place --parallel --recursive Package.swift Sources Tests

check: lint build setup-checks ## Lint, architecture, docs, and this repository's own feeds/ and templates/
	scripts/check-architecture --self-test
	scripts/check-architecture
	scripts/check-docs $(TELLAL)
	$(TELLAL) check

demo-check: build setup-checks ## The demo from the outside: do messages arrive, does it end cleanly?
	scripts/demo-check $(TELLAL)

bad-input: build setup-checks ## Bad input gives one clear error, the right exit code, and changes no state
	scripts/bad-input $(TELLAL)

kill-loop: build setup-checks ## kill -9 while sending, again and again: nothing lost, nothing doubled
	scripts/kill-loop $(TELLAL)

crash-points: build setup-checks ## A campaign killed at each of its system calls, one after the other
	scripts/crash-points $(TELLAL)

faults-check: build setup-checks ## Told to stop, killed at a rate, no room on the disk, a disk that fails; CASES="stop fsync"
	scripts/faults-check $(TELLAL) $(CASES)

# For hours when nobody needs the machine.
nightly: build setup-checks ## The long proofs: 1,000 kills, more crash points, all faults, 10,000 seeds, sanitizers
	scripts/kill-loop $(TELLAL) 1000 50000
	scripts/crash-points $(TELLAL) 3
	scripts/faults-check $(TELLAL) --long
	scripts/workers-check $(TELLAL) 300 20 20 500
	scripts/server-check $(TELLAL) --long
	# An hour and a half: does a database stay as large and as fast as it was?
	swift build -c release --product tellal
	.build/release/tellal bench history --database sqlite:.build/history.db --days 365
	TELLAL_SEEDS=10000 swift test --disable-xctest --filter SimulationTests
	# Half an hour in an optimised build.
	TELLAL_YEAR_DAYS=365 swift test -c release -Xswiftc -enable-testing --disable-xctest --filter YearTests
	TELLAL_ZONE_YEARS=10 swift test --disable-xctest --filter ScheduleOracleTests
	$(MAKE) sanitize
	$(MAKE) image-check

sanitize: setup ## The Swift tests under ThreadSanitizer and AddressSanitizer
	scripts/sanitize thread
	scripts/sanitize address

workers-check: build setup-checks ## Two workers on PostgreSQL that are killed, stopped and cut off: nothing lost, nothing doubled
	scripts/workers-check $(TELLAL)

FEEDS ?= feeds/samples/blog.xml feeds/samples/shop.xml
feeds-check: build setup-checks ## Real feeds become exactly the messages they should: FEEDS="a.xml b.xml"
	scripts/feeds-check $(TELLAL) $(FEEDS)

hostile: build setup-checks ## Documents that are made to hurt: refused with a reason, at little cost, and nothing else is opened
	scripts/hostile $(TELLAL) --strace

ssrf-check: build setup-checks ## No address, name or redirect makes a fetch reach a private place
	scripts/ssrf-check $(TELLAL)

bombs-check: build setup-checks ## Answers that are made to hurt are given up, at little cost
	scripts/bombs-check $(TELLAL)

hub-check: build setup-checks ## A hub (WebSub) tells of a change, and the message goes out at once
	scripts/hub-check $(TELLAL)

life-check: build setup-checks ## Lives of subscribers in the sandbox, from the start link to the stop, heard and answered
	scripts/life-check $(TELLAL)

control-check: build setup-checks ## Pause, cancel, decide and watch sending, with serve running and not
	scripts/control-check $(TELLAL)

campaigns-check: build setup-checks ## Times, clocks that jump, messages by hand, clicks, limits and choices, from the outside
	scripts/campaigns-check $(TELLAL)

watch-check: build setup-checks ## What is to be seen of a running tellal: health, readiness, metrics, the JSON log, alerts
	scripts/watch-check $(TELLAL)

secrets-check: build setup-checks ## Canary secrets through a whole run are found nowhere; their key is rotated and lost
	scripts/secrets-check $(TELLAL)

server-check: build setup-checks ## What strangers may do to the web server, and it goes on
	scripts/server-check $(TELLAL)

migration-check: build setup-checks ## Upgrades that are killed, newer schemas, damage, and backups while sending
	scripts/migration-check $(TELLAL)

layout-pictures: build ## The shipped layouts as the sandbox shows them, into docs/images; needs Chromium
	scripts/layout-pictures $(TELLAL)

event-storm: build setup-checks ## Events repeated and shuffled while the server is killed: nothing lost, the same in the end
	scripts/event-storm $(TELLAL)

# Always the optimised program: thousands of documents are read.
conformance: setup setup-checks ## What a corpus of other people's feeds says is in them: CORPUS=folder
	@test -n "$(CORPUS)" || { echo "conformance: say where the corpus is: make conformance CORPUS=folder"; exit 64; }
	swift build -c release --product tellal
	scripts/conformance $(CORPUS) --tellal .build/release/tellal

interop: build setup-checks ## Other people's bot libraries against the sandbox
	scripts/interop/run $(TELLAL)

request-models: build setup-checks ## Our requests against another project's models of the Bot API
	scripts/request-models/run $(TELLAL)

FUZZ_SECONDS ?= 60
fuzz: setup ## Made-up input for all that reads: TARGET=webhooks takes one target, FUZZ_SECONDS=600 looks longer
	scripts/fuzz $(TARGET) $(FUZZ_SECONDS)

.PHONY: man site
man: build ## The manual page, into .build/tellal.1: `man -l .build/tellal.1`
	scripts/man-page $(TELLAL) > .build/tellal.1

site: setup-checks ## The handbook as static pages, into .build-site/site; fetches mkdocs-material from PyPI once
	scripts/site

.PHONY: image image-check install-check release install uninstall
image: ## Build the container image, as localhost/tellal
	docker build -f docker/Dockerfile -t localhost/tellal .

image-check: setup-checks ## Build the image without an engine, and try it and the compose files; for root, with buildah and podman
	scripts/image-check

install-check: build setup-checks ## `make install` into a folder of its own, and what is installed
	scripts/install-check $(TELLAL)

# The Swift libraries are part of it, so that it needs no toolchain where it runs.
release: setup ## Build tellal as it is installed, into .build/release/
	swift build -c release --static-swift-stdlib --product tellal
	scripts/man-page .build/release/tellal >.build/tellal.1

PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
BINARY ?= .build/release/tellal
SHARE := $(DESTDIR)$(PREFIX)/share
UNITS := $(DESTDIR)$(PREFIX)/lib/systemd/system
CONFIGURATION := $(DESTDIR)$(SYSCONFDIR)/tellal

install: ## Install what `make release` built under PREFIX (/usr/local): program, layouts, systemd unit, settings
	@test -x $(BINARY) || { echo "install: there is no $(BINARY); \`make release\` builds it"; exit 66; }
	install -D $(BINARY) $(DESTDIR)$(PREFIX)/bin/tellal
	find templates -type f -exec install -m 644 -D {} $(SHARE)/tellal/{} \;
	install -d $(UNITS) $(CONFIGURATION)/feeds
	install -d -m 750 $(CONFIGURATION)/secrets
	sed 's|@PREFIX@|$(PREFIX)|; s|/etc/tellal|$(SYSCONFDIR)/tellal|' docker/tellal.service >$(UNITS)/tellal.service
	test -e $(CONFIGURATION)/tellal.yaml || \
		sed 's|/usr/share|$(PREFIX)/share|; s|/etc/tellal|$(SYSCONFDIR)/tellal|' docker/tellal.yaml >$(CONFIGURATION)/tellal.yaml
	$(if $(wildcard .build/tellal.1),install -m 644 -D .build/tellal.1 $(SHARE)/man/man1/tellal.1)
	@test -n "$(DESTDIR)" || { getent passwd tellal >/dev/null || \
		useradd --system --user-group --home-dir /var/lib/tellal --shell /usr/sbin/nologin tellal; \
		chgrp tellal $(CONFIGURATION)/secrets; }

uninstall: ## Remove what `make install` put there; settings, feeds and the database stay
	rm -rf $(DESTDIR)$(PREFIX)/bin/tellal $(SHARE)/tellal $(SHARE)/man/man1/tellal.1 $(UNITS)/tellal.service

clean: ## Remove what was built
	rm -rf .build .build-fuzz .build-thread .build-address .build-image .build-site .interop
