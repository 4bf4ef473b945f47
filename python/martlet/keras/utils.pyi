from martlet.utils import *
