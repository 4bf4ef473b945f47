from martlet.losses import *
