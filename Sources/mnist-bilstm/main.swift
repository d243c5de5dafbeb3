print("mnist-bilstm")
