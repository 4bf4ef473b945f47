from martlet.visualization import *
