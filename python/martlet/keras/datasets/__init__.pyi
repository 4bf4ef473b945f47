from martlet.datasets import *
