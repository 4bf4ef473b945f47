from martlet.layers import *
