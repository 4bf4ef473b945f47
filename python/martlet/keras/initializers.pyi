from martlet.initializers import *
