# `make` lists the targets. Written for GNU make 3.81 (macOS) and later.

SWIFT ?= swift
EPOCHS ?=
ARGS ?=
TORCH ?=
RUN ?= runs/latest
KILLS ?= 1000
SECONDS ?= 60
TARGETS ?=
SANITIZERS ?=
CONFIGURATIONS ?=
PORT ?=
RUNS ?= runs
PREFIX ?= /usr/local
DESTDIR ?=
STATIC ?= yes

SWIFT_SOURCES = Package.swift Sources Tests Scripts/consumer Scripts/house
TORTURE = Kill|FileFailure|PowerCut|SmallDisk|FailedSync|ResumeFault|NeverBegun|UnsavedBest|DamagedCheckpoint|SweepTests/.killed
QUICK = (Platform|Console|Safetensors|Protobuf|ONNX|Interchange|Pictures|TensorBoard|Datasets|Prices|SequenceFiles|SequenceClassification|Runs|Sweeps|Fetching)Tests|ToolTests\.(Help|Message|Screen)Tests
SHELL_SOURCES = Scripts/*.sh Scripts/arm64/*.sh Scripts/mpi/*.sh Scripts/sweeps/*.sh .ci/run
PYTHON = .venv/bin/python -B

export SWIFT TORCH PREFIX DESTDIR STATIC

.DEFAULT_GOAL := help
.PHONY: help setup build train best forecast classify text test test-quick torture fuzz sanitize examples benchmark benchmark-peers interop \
	interop-all interop-mlflow interop-torch page page-proof page-test consumer-test receipts arm64-test image image-test mpi mpi-test \
	install uninstall docs docs-preview api house format lint clean

help: ## list the targets
	@echo "usage: make TARGET [EPOCHS=10] [ARGS=\"options of the program\"]"
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## check for Swift and zlib's header, install the header where possible
	@Scripts/setup.sh

build: setup ## build everything, optimised
	@$(SWIFT) build -c release

train: setup ## train the Bi-LSTM on MNIST, 50 epochs: EPOCHS=10, ARGS="--hidden-size 64", ARGS="--resume latest"
	@$(SWIFT) run -c release mnist-bilstm $(if $(EPOCHS),--epochs $(EPOCHS)) $(ARGS)

best: setup ## train the same model by the best recipe, 60 epochs of augmented images: EPOCHS=10, ARGS="--seed 1"
	@$(SWIFT) run -c release mnist-bilstm --recipe best $(if $(EPOCHS),--epochs $(EPOCHS)) $(ARGS)

forecast: setup ## forecast stock prices by an RNN, an LSTM and a GRU: EPOCHS=100, ARGS="--seeds 10 --horizon 5"
	@$(SWIFT) run -c release stock-forecast $(if $(EPOCHS),--epochs $(EPOCHS)) $(ARGS)

classify: setup ## train a classifier of speakers on Japanese Vowels: EPOCHS=10, ARGS="--data mine.csv --test-share 0.2"
	@$(SWIFT) run -c release sequence-classifier $(if $(EPOCHS),--epochs $(EPOCHS)) $(ARGS)

text: setup ## train a model of texts on Shakespeare, which writes a sample at the end: EPOCHS=5, ARGS="--text mine.txt"
	@$(SWIFT) run -c release sequence-classifier --text datasets/shakespeare/shakespeare.txt.gz $(if $(EPOCHS),--epochs $(EPOCHS)) $(ARGS)

# The tests of the tools run separately: they block threads that other tests need to wait for their child processes. They
# start thousands of processes; with the release build they take a fraction of the time. The tests of the page's events
# wait for threads that all other tests use.
test: setup ## run all tests, 20 to 30 minutes with the builds
	@echo "Building, then running all tests: 20 to 30 minutes. For a subset: make test-quick"
	@$(SWIFT) test --disable-xctest --skip 'ToolTests\.|PageEventsTests'
	@$(SWIFT) test --disable-xctest --skip-build --filter PageEventsTests
	@$(SWIFT) build -c release
	@PROGRAMS="$$($(SWIFT) build -c release --show-bin-path)" $(SWIFT) test --disable-xctest --skip-build --filter 'ToolTests\.'

test-quick: setup ## run the quick tests, under 2 minutes after the build: files, runs, reports, helps, messages
	@echo "Building, then running the quick tests: under 2 minutes. All tests: make test"
	@$(SWIFT) test --disable-xctest --filter '^($(QUICK))[./]'

torture: setup ## kill runs at random instants, let every file operation fail, cut the power: KILLS=1000
	@KILLS=$(KILLS) FAULTS=all $(SWIFT) test --disable-xctest --filter 'ToolTests\.($(TORTURE))'

fuzz: setup ## feed damaged files to every reader, libFuzzer and address sanitizer: SECONDS=60 each, TARGETS="png idx"
	@Scripts/fuzz.sh $(SECONDS) $(TARGETS)

sanitize: setup ## run tests under the sanitizers: SANITIZERS="address thread training"
	@Scripts/sanitize.sh $(SANITIZERS)

examples: setup ## run the examples, one after the other
	@$(SWIFT) build -c release --product examples
	@for example in rnn-by-hand lstm-gates "vanishing-gradient --picture .build/vanishing-gradient.svg" shapes \
	  many-to-one many-to-many one-to-many encoder-decoder; do \
	  echo; echo "== $$example"; $(SWIFT) run -c release --skip-build examples $$example || exit 1; done

benchmark: setup ## measure speed on this machine, one table
	@$(SWIFT) run -c release recurrent-benchmark $(ARGS)

benchmark-peers: setup ## measure against PyTorch and ONNX Runtime: ARGS="--json runs/peers.json", TORCH=wheel
	@Scripts/python-environment.sh --with-torch
	@$(SWIFT) build -c release --product recurrent-benchmark >&2
	@$(PYTHON) Benchmarks/peers.py $(ARGS)

interop: ## read a run's files by safetensors, TensorBoard, ONNX Runtime, OpenVINO, OpenCV, the hub: RUN=runs/latest
	@Scripts/python-environment.sh
	@$(PYTHON) Benchmarks/verify_safetensors.py $(RUN)
	@$(PYTHON) Benchmarks/verify_events.py $(RUN)
	@$(SWIFT) build -c release --product onnx-cases >&2
	@$(PYTHON) Benchmarks/verify_onnx.py $(RUN)
	@$(SWIFT) run -c release mnist-bilstm export $(RUN) --to hub --out .build/hub > /dev/null
	@$(PYTHON) Benchmarks/verify_hub.py .build/hub $(RUN)

interop-all: ## compare ONNX files of all cells, directions and readouts, a few minutes; ARGS="--break gates"
	@Scripts/python-environment.sh
	@$(SWIFT) build -c release --product onnx-cases >&2
	@$(PYTHON) Benchmarks/verify_onnx.py --all $(ARGS)

interop-mlflow: ## check in MLflow the numbers of an exported run: RUN=runs/latest
	@Scripts/python-environment.sh --with-mlflow
	@$(SWIFT) build -c release --product mnist-bilstm
	@$(PYTHON) Benchmarks/verify_mlflow.py $(RUN) "$$($(SWIFT) build -c release --show-bin-path)/mnist-bilstm"

interop-torch: setup ## check in PyTorch the weights and the accuracy of a run, and imports: RUN=runs/latest, TORCH=wheel
	@Scripts/python-environment.sh --with-torch
	@$(PYTHON) Benchmarks/verify_checkpoint.py $(RUN)
	@$(SWIFT) build -c release --product mnist-bilstm
	@$(PYTHON) Benchmarks/verify_import.py

page: setup ## show runs in a browser while they train, and print the address: RUNS=runs, PORT=8128, ARGS="--until-idle 30"
	@$(SWIFT) run -c release runs-page --runs "$(RUNS)" $(if $(PORT),--port $(PORT)) $(ARGS)

page-proof: setup ## open the page of export --to html in Chromium, draw digits, compare with the program: RUN=runs/latest
	@Scripts/digit_page.sh $(RUN) $(ARGS)

consumer-test: setup ## build and run another package that depends on this one by version: CONFIGURATIONS="debug release"
	@Scripts/consumer-test.sh $(CONFIGURATIONS)

receipts: setup ## train README's accuracies again and compare every bit, one run whole: ARGS=--whole, ARGS=--train
	@$(SWIFT) build -c release --product mnist-bilstm
	@python3 -B Scripts/receipts.py "$$($(SWIFT) build -c release --show-bin-path)/mnist-bilstm" $(ARGS)

page-test: setup ## open the page of the runs in Chromium while runs train, are killed and change: ARGS="--only curves,draw", ARGS="--pictures DIR"
	@Scripts/runs_page.sh $(ARGS)

arm64-test: setup ## emulate Linux arm64, compare trainings with x86-64's byte by byte; root, an hour the first time
	@Scripts/arm64_test.sh $(ARGS)

image: setup ## write an image for containers, .build/image/recurrent-networks.tar; the same commit, the same digest
	@Scripts/image.sh

image-test: setup ## make the image twice and compare, unpack it, train in it, compare with this machine's build; root
	@Scripts/image_test.sh

mpi: setup ## build mnist-bilstm-mpi, which trains on several machines, with Open MPI or MPICH: MPI_LIBRARY=mpich
	@Scripts/mpi.sh

mpi-test: setup ## compare 1 to 4 processes with one, kill, stop and resume them, bad networks: ARGS="bytes ends network"
	@Scripts/mpi_test.sh $(ARGS)

install: setup ## install the programs, completions and manual pages: PREFIX=~/.local, DESTDIR=, STATIC=no
	@Scripts/install.sh

uninstall: ## remove what make install installed: the same PREFIX and DESTDIR
	@Scripts/install.sh --uninstall

docs: setup ## build the documentation, .build/docs/site; a warning is an error
	@Scripts/docs.sh

docs-preview: setup ## build the documentation if needed and serve it on this machine alone: PORT=8000
	@Scripts/docs.sh --preview $(PORT)

api: setup ## count the public symbols; one without a documentation comment is an error: VERBOSE=1
	@Scripts/api.sh

house: setup ## print which modules and folders refer to which; a reference to a later one is an error
	@Scripts/house.sh

format: setup ## format the Swift sources
	@$(SWIFT) format format --in-place --recursive --parallel $(SWIFT_SOURCES)

lint: setup ## check the format of Swift, the syntax of shell and Python
	@$(SWIFT) format lint --strict --recursive --parallel $(SWIFT_SOURCES)
	@for script in $(SHELL_SOURCES); do bash -n $$script || exit 1; done
	@python3 -c 'import ast, sys; [ast.parse(open(path).read(), path) for path in sys.argv[1:]]' Benchmarks/*.py Scripts/image/*.py Scripts/mpi/*.py

clean: ## remove what was built; runs and datasets stay
	@rm -rf .build .venv
