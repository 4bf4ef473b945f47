from martlet.metrics import *
