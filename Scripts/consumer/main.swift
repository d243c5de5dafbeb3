import Datasets
import NeuralNetworks
import Training

print("RecurrentNetworks")
