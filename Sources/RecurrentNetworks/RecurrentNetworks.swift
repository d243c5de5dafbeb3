@_exported import Datasets
@_exported import Interchange
@_exported import NeuralNetworks
@_exported import Prices
@_exported import Runs
@_exported import Safetensors
@_exported import SequenceFiles
@_exported import Training
