from martlet.optimizers import *
