import Gentzen.Worker
