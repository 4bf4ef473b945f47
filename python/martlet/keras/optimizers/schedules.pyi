from martlet.optimizers.schedules import *
