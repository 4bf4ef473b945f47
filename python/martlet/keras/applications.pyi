from martlet.applications import *
