from martlet.models import *
