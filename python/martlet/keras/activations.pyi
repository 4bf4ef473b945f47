from martlet.activations import *
