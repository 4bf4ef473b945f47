from martlet.callbacks import *
