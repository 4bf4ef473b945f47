from martlet.datasets.mnist import *
